package dev.espalier.local.cli;

import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.SensitivityFile;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.CalibrationFile;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.job.Orders;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.message.SensitivityMessages;
import dev.espalier.pruner.search.Sensitivity;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.AnalyzeSensitivityResponse;
import dev.espalier.pruning.v1.GroupSensitivity;
import dev.espalier.pruning.v1.SensitivityPoint;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      description =
          "Data to run the model on, an .npz file or a folder of .npy files: an array for each graph"
              + " input.")
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

  @Option(
      names = "--score",
      paramLabel = "S",
      description = "Which units go first: l1, l2, activation or taylor (default: l2).")
  private PruneOptions.ScoreOption score = PruneOptions.ScoreOption.L2;

  @Mixin private InputShapes inputShapes;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    List<Double> asked = SensitivityMessages.shares(shares);
    StartPruningRequest order =
        SensitivityMessages.order(
            AnalyzeSensitivityRequest.newBuilder()
                .setModel(model.toString())
                .setChannelScore(score.message())
                .setCalibration(calibration.toString())
                .putAllInputShapes(inputShapes.messages())
                .build());
    Files.prepare(out);
    ModelFile file = ModelFile.read(model);
    Traced traced =
        new Pruner().analyze(file.model(), OrderMessages.inputShapes(order.getInputShapesMap()));
    Sensitivity sensitivity = measure(console, file, traced, order, asked);
    Path page = out.resolve("sensitivity.html").toAbsolutePath().normalize();
    AnalyzeSensitivityResponse response =
        AnalyzeSensitivityResponse.newBuilder()
            .setGroupsDone(sensitivity.groups().size())
            .setGroups(sensitivity.groups().size())
            .setSensitivity(SensitivityMessages.of(sensitivity))
            .setReport(page.resolveSibling("sensitivity.json").toString())
            .setReportHtml(page.toString())
            .build();
    console.line(table(response));
    console.line("");
    console.line("in " + page.getParent() + ":");
    console.line("  sensitivity.html  the same, to read");
    console.line("  sensitivity.json  for programs");
    console.result(response);
    return ExitCode.OK;
  }

  private Sensitivity measure(
      Console console,
      ModelFile file,
      Traced traced,
      StartPruningRequest order,
      List<Double> asked) {
    try (Bar bar = new Bar(console, "groups", Sensitivity.count(traced.graph()))) {
      Calibration data = CalibrationFile.read(calibration);
      return new SensitivityFile(Clock.systemUTC(), Espalier.VERSION)
          .measure(
              new SensitivityFile.Task(
                  file.name(),
                  file.digest(),
                  asked,
                  Orders.score(order, List.of(), Optional.of(data)),
                  Orders.scoreName(order),
                  data,
                  calibration.toString()),
              traced,
              out,
              done -> bar.to(done, "measured"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
