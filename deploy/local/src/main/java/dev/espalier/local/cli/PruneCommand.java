package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = "Cut a trained run, or an ONNX file, and verify the cut.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier prune RUN --ratio 0.5 --out small/",
      "  ./espalier prune net.onnx --ratio 0.3 --allocation global",
      "  ./espalier prune net.onnx --macs 0.5 --multiple-of 8 --protect stem.*",
      "  ./espalier prune net.onnx --components encoder=0.2,dynamics=0.6",
      "  ./espalier prune net.onnx --tolerance 0.02 --calibration samples.npz"
    })
final class PruneCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN|MODEL.onnx", description = "A run's id, or a file.")
  private String source;

  @Mixin private PruneOptions pruning;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Data to run the model on, an .npz file: an array for each graph input, samples on its"
              + " first axis, and labels y where a score needs them.")
  private Path calibration;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "Where to leave pruned.onnx, report.html and report.json (default: this folder).")
  private Path out;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    Path file = Path.of(source);
    boolean isFile = source.endsWith(".onnx") || source.contains("/");
    if (isFile) {
      Files.existing("MODEL", file);
    }
    if (calibration != null) {
      Files.existing("--calibration", calibration);
    }
    Files.prepare(out);
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.PRUNER))) {
      Files files = new Files(session.suite().layout().models());
      StartPruningRequest.Builder request = pruning.request();
      if (isFile) {
        request.setModel(files.upload(file, ".onnx"));
      } else {
        request.setRunId(source);
      }
      if (calibration != null) {
        request.setCalibration(files.upload(calibration, ".npz"));
      }
      ModelPruned result =
          new Pruning(session.services().pruning(), console).prune(request.build()).getResult();
      Path pruned = files.copy(result.getPrunedModel(), out.resolve("pruned.onnx"));
      Path page = files.copy(result.getReportHtml(), out.resolve("report.html"));
      Path report = files.copy(result.getReport(), out.resolve("report.json"));
      console.line(PruningTables.groups(result));
      console.line("");
      console.line(PruningTables.sizes(result));
      PruningTables.target(result).forEach(console::line);
      console.line("");
      console.line(PruningTables.verification(result));
      console.line("pruned model: " + pruned);
      console.line("report:       " + page + " to read, " + report.getFileName() + " for programs");
      console.result(PruningTables.json(result, pruned, report));
      return ExitCode.OK;
    }
  }
}
