package dev.espalier.local.cli;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.training.v1.Run;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Train an autoencoder while its groups are weighed, cut it, verify the cut, and train the"
            + " small one for one more epoch.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier demo",
      "  ./espalier demo --data mnist/ --epochs 10 --latent 32 --ratio 0.6 --out small/"
    })
final class DemoCommand implements Callable<Integer> {
  private static final String TASK = "autoencoder";

  @Mixin private TrainOptions training;

  @Mixin private PruneOptions pruning;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "espalier-demo",
      description =
          "Where to leave model.onnx, pruned.onnx, finetuned.onnx and the report (default:"
              + " ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    Files.prepare(out);
    try (Session session = Session.open(options, console)) {
      Files files = new Files(session.suite().layout().models());
      Training trainer = new Training(session.services(), console);
      Run trained = trainer.train(training.request(TASK).build(), "train");
      ImportanceSnapshot importance = importance(session, trained.getRunId());
      console.line("");
      console.line(ImportanceTable.of(importance));
      console.line("");

      ModelPruned cut =
          new Pruning(session.services().pruning(), console)
              .prune(pruning.request().setRunId(trained.getRunId()).build())
              .getResult();
      console.line("");
      console.line(PruningTables.groups(cut));
      console.line("");
      console.line(PruningTables.sizes(cut));
      console.line("");
      console.line(PruningTables.verification(cut));
      console.line("");

      Run finetuned =
          trainer.train(training.request(TASK, 1, cut.getPrunedModel()).build(), "fine-tune");
      return report(console, files, trained, cut, finetuned);
    }
  }

  /** The newest snapshot; waits a little for the last one, which follows the run's end. */
  private static ImportanceSnapshot importance(Session session, String runId) {
    Iterator<WatchImportanceResponse> snapshots =
        session
            .services()
            .importance()
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .watchImportance(WatchImportanceRequest.newBuilder().setRunId(runId).build());
    ImportanceSnapshot newest = ImportanceSnapshot.getDefaultInstance();
    while (snapshots.hasNext()) {
      newest = snapshots.next().getSnapshot();
    }
    return newest;
  }

  private int report(Console console, Files files, Run trained, ModelPruned cut, Run finetuned) {
    double before = trained.getValidationLoss();
    console.line("");
    Table losses =
        new Table("validation loss (MSE)", "#value", "#against trained")
            .row("trained", Table.number(before), "")
            .row(
                "after the cut",
                Table.number(finetuned.getInitialValidationLoss()),
                Table.change(before, finetuned.getInitialValidationLoss()))
            .row(
                "after one more epoch",
                Table.number(finetuned.getValidationLoss()),
                Table.change(before, finetuned.getValidationLoss()));
    console.line(losses.toString());

    Path model = files.copy(trained.getModel(), out.resolve("model.onnx"));
    Path pruned = files.copy(cut.getPrunedModel(), out.resolve("pruned.onnx"));
    Path small = files.copy(finetuned.getModel(), out.resolve("finetuned.onnx"));
    files.copy(cut.getReportHtml(), out.resolve("report.html"));
    Path report = files.copy(cut.getReport(), out.resolve("report.json"));
    console.line("");
    console.line("in " + model.getParent() + ":");
    console.line("  model.onnx      the trained network");
    console.line("  pruned.onnx     the same after the cut");
    console.line("  finetuned.onnx  the cut network after one more epoch");
    console.line("  report.html     what was cut, and the proof, to read");
    console.line("  report.json     the same for programs");

    Map<String, Object> json = PruningTables.json(cut, pruned, report);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", trained.getRunId());
    result.putAll(json);
    result.put("loss_before", before);
    result.put("loss_after_cut", finetuned.getInitialValidationLoss());
    result.put("loss_after_finetune", finetuned.getValidationLoss());
    result.put("model", model.toString());
    result.put("finetuned", small.toString());
    console.result(result);
    return ExitCode.OK;
  }
}
