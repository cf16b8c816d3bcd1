package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.AnalyzeSensitivityResponse;
import dev.espalier.pruning.v1.GroupSensitivity;
import dev.espalier.pruning.v1.SensitivityPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sensitivity",
    mixinStandardHelpOptions = true,
    description = "Cut each group by itself and measure how the outputs suffer.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./espalier sensitivity net.onnx --calibration samples.npz --out sensitivity/"})
final class SensitivityCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL.onnx", description = "The model.")
  private Path model;

  @Option(
      names = "--calibration",
      required = true,
      paramLabel = "FILE",
      description = "Data to run the model on, an .npz file: an array for each graph input.")
  private Path calibration;

  @Option(
      names = "--shares",
      split = ",",
      paramLabel = "R",
      description = "Shares of a group's units to remove (default: 0.1,0.25,0.5,0.75,0.9).")
  private List<Double> shares = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where to leave sensitivity.html and sensitivity.json (default: this folder).")
  private Path out;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    Files.existing("MODEL", model);
    Files.existing("--calibration", calibration);
    Files.prepare(out);
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.PRUNER))) {
      Files files = new Files(session.suite().layout().models());
      AnalyzeSensitivityResponse last =
          measure(
              console,
              session
                  .services()
                  .pruning()
                  .analyzeSensitivity(
                      AnalyzeSensitivityRequest.newBuilder()
                          .setModel(files.upload(model, ".onnx"))
                          .setCalibration(files.upload(calibration, ".npz"))
                          .addAllShares(shares)
                          .build()));
      Path page = files.copy(last.getReportHtml(), out.resolve("sensitivity.html"));
      Path report = files.copy(last.getReport(), out.resolve("sensitivity.json"));
      console.line(table(last));
      console.line("");
      console.line("in " + page.getParent() + ":");
      console.line("  sensitivity.html  the same, to read");
      console.line("  sensitivity.json  for programs");
      console.result(last.toBuilder().setReport(report.toString()).setReportHtml(page.toString()));
      return ExitCode.OK;
    }
  }

  private static AnalyzeSensitivityResponse measure(
      Console console, Iterator<AnalyzeSensitivityResponse> responses) {
    AnalyzeSensitivityResponse last = AnalyzeSensitivityResponse.getDefaultInstance();
    try (Bar bar = new Bar(console, "groups", 0)) {
      while (responses.hasNext()) {
        last = responses.next();
        bar.of(last.getGroups());
        bar.to(last.getGroupsDone(), "measured");
      }
    }
    return last;
  }

  private static String table(AnalyzeSensitivityResponse response) {
    List<GroupSensitivity> groups = response.getSensitivity().getGroupsList();
    List<String> headers = new ArrayList<>(List.of("group", "#units", "#parameters"));
    if (!groups.isEmpty()) {
      for (SensitivityPoint point : groups.getFirst().getPointsList()) {
        headers.add("#" + Math.round(100 * point.getShare()) + " % gone");
      }
    }
    Table table = new Table(headers.toArray(String[]::new));
    for (GroupSensitivity group : groups) {
      List<Object> row = new ArrayList<>();
      row.add(group.getGroupId());
      row.add(Table.count(group.getUnits()));
      row.add(Table.count(group.getParameters()));
      group.getPointsList().forEach(point -> row.add(Table.number(point.getError())));
      table.row(row.toArray());
    }
    return table.toString();
  }
}
