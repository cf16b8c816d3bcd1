package dev.espalier.experiment.loop;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.RunProvenance;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.runner.CellBench;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.api.StartRequests;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/** One cell's bench: its models and runs lie in a store of its own, deleted when it is closed. */
final class LoopBench implements CellBench {
  private static final int LONGEST_NAME = 48;
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  private final Setup setup;
  private final Cell cell;
  private final ModelStore store;
  private final SharedRuns shared;
  private final DoubleConsumer done;
  private final List<RunProvenance> runs = new ArrayList<>();
  private int started;

  LoopBench(Setup setup, Cell cell, ModelStore store, SharedRuns shared, DoubleConsumer done) {
    this.setup = setup;
    this.cell = cell;
    this.store = store;
    this.shared = shared;
    this.done = done;
  }

  @Override
  public Setup setup() {
    return setup;
  }

  @Override
  public TrainedRun train(StartRunRequest request) throws IOException, InterruptedException {
    return counted(run(settings(request)));
  }

  @Override
  public TrainedRun trainOnce(StartRunRequest request) throws IOException, InterruptedException {
    RunSettings settings = settings(request);
    StartRunRequest nameless = settings.request().toBuilder().clearRunId().build();
    if (!nameless.getModel().isEmpty()) {
      throw new IllegalArgumentException(
          "model = \"" + nameless.getModel() + "\": a model of one cell cannot be shared");
    }
    return counted(shared.get(nameless, () -> run(settings)));
  }

  private TrainedRun run(RunSettings settings) throws IOException, InterruptedException {
    return new LoopRun(store).train(settings);
  }

  private RunSettings settings(StartRunRequest request) {
    StartRunRequest.Builder given = request.toBuilder().setRunId(name() + "-" + ++started);
    if (request.getTask().equals(Autoencoder.NAME) && setup.data().isPresent()) {
      given.setData(setup.data().get().toString());
      given.getAutoencoderBuilder().clearDrawnDigits();
    }
    return StartRequests.settings(given.build(), Instant.EPOCH, 0);
  }

  private String name() {
    String name = cell.key().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
  }

  private TrainedRun counted(TrainedRun run) throws InvalidProtocolBufferException {
    runs.add(
        new RunProvenance(
            run.run().getRunId(),
            JSON.print(run.run()),
            run.model().digest(),
            run.ranking().getLogDigest()));
    return run;
  }

  @Override
  public String keep(String name, OnnxModel model) throws IOException {
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("name = \"" + name + "\": use [a-z0-9-]");
    }
    String kept = "kept/" + name + ".onnx";
    model.write(store.resolve(kept));
    return kept;
  }

  @Override
  public void done(double share) {
    done.accept(share);
  }

  @Override
  public List<RunProvenance> runs() {
    return List.copyOf(runs);
  }

  @Override
  public void close() throws IOException {
    Folders.delete(store.root());
  }
}
