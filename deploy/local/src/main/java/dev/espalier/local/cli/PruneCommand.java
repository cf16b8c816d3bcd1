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
      "  ./espalier prune net.onnx --tolerance 0.02 --calibration samples.npz",
      "",
      "A file is pruned in this process; no service is started for it."
    })
final class PruneCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN|MODEL.onnx", description = "A run's id, or a file.")
  private String source;

  @Mixin private PruneOptions pruning;

  @Mixin private InputShapes inputShapes;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Data to run the model on, an .npz file or a folder of .npy files: an array for each graph"
              + " input, samples on its first axis, and labels y where a score needs them.")
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
    Files.prepare(out);
    boolean isFile = source.endsWith(".onnx") || source.contains("/");
    ModelPruned result = isFile ? file(console) : run(console);
    Path pruned = out.resolve("pruned.onnx").toAbsolutePath().normalize();
    Path page = pruned.resolveSibling("report.html");
    Path report = pruned.resolveSibling("report.json");
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

  private ModelPruned file(Console console) {
    StartPruningRequest.Builder request = pruning.request().setModel(source);
    request.putAllInputShapes(inputShapes.messages());
    if (calibration != null) {
      request.setCalibration(calibration.toString());
    }
    return new FilePruning(console).prune(request.build(), Path.of(source), out);
  }

  private ModelPruned run(Console console) {
    if (calibration != null) {
      Files.existing("--calibration", calibration);
    }
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.PRUNER))) {
      Files files = new Files(session.suite().layout().models());
      StartPruningRequest.Builder request = pruning.request().setRunId(source);
      request.putAllInputShapes(inputShapes.messages());
      if (calibration != null) {
        request.setCalibration(files.upload(calibration, ".npz"));
      }
      ModelPruned result =
          new Pruning(session.services().pruning(), console).prune(request.build()).getResult();
      files.copy(result.getPrunedModel(), out.resolve("pruned.onnx"));
      files.copy(result.getReportHtml(), out.resolve("report.html"));
      files.copy(result.getReport(), out.resolve("report.json"));
      return result;
    }
  }
}
