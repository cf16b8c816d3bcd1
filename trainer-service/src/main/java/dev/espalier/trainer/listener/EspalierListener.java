package dev.espalier.trainer.listener;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.run.RunId;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.run.FollowedRun;
import dev.espalier.trainer.run.GroupSource;
import dev.espalier.trainer.run.RunTensors;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Espalier follow a training that DJL's own {@link Trainer} runs: publishes what the gradients
 * of each batch say, and adds the penalty of the coefficients that come back to the gradients, so
 * that the next {@link Trainer#step} honours it. Made by {@link ListenerBuilder}; used for one
 * training, by its thread.
 *
 * <p>Nothing here ends a training, and nothing but two bounded waits holds it up: where something
 * goes wrong, the log says so and the run is not followed any further. Events that the bus cannot
 * take wait within a bound; summaries beyond it are dropped, and the gap shows.
 */
public final class EspalierListener implements TrainingListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EspalierListener.class);

  private final ListenerBuilder settings;
  private final Connection connection;
  private BlockParameters parameters;
  private FollowedRun run;
  private Optional<Double> validationLoss = Optional.empty();
  private double validationSum;
  private long validated;
  private int passes;
  private boolean ended;
  private boolean closed;

  EspalierListener(ListenerBuilder settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /**
   * Begins to describe a training.
   *
   * @param runId the run's name, 1 to 64 characters of [a-z0-9-]; not one that was used before
   * @param epochs that are planned, at least 1
   * @param batchesPerEpoch steps an epoch, at least 1
   */
  public static ListenerBuilder of(String runId, int epochs, int batchesPerEpoch) {
    if (!RunId.isValid(runId)) {
      throw new IllegalArgumentException(
          "runId = \"" + runId + "\": take 1 to 64 characters of [a-z0-9-]");
    }
    return new ListenerBuilder(runId, epochs, batchesPerEpoch);
  }

  @Override
  public void onTrainingBegin(Trainer trainer) {
    if (trainer.getDevices().length > 1) {
      fail(
          new IllegalStateException(
              "the trainer splits batches over "
                  + trainer.getDevices().length
                  + " devices; only gradients of a single one can be followed"));
    }
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batch) {
    guarded(
        () -> {
          if (++passes % settings.accumulated == 0) {
            if (run == null) {
              begin(trainer.getModel().getBlock());
            }
            double loss = loss(trainer, batch);
            parameters.lend(buffers -> run.batch(buffers, loss));
          }
        });
  }

  @Override
  public void onValidationBatch(Trainer trainer, BatchData batch) {
    guarded(
        () -> {
          long size = batch.getBatch().getSize();
          validationSum += size * loss(trainer, batch);
          validated += size;
        });
  }

  @Override
  public void onEpoch(Trainer trainer) {
    guarded(
        () -> {
          if (run != null) {
            validationLoss =
                validated == 0 ? Optional.empty() : Optional.of(validationSum / validated);
            run.epochCompleted(validationLoss);
          }
          validationSum = 0;
          validated = 0;
        });
  }

  @Override
  public void onTrainingEnd(Trainer trainer) {
    guarded(
        () -> {
          if (run != null) {
            run.completed(end(trainer.getModel().getBlock()));
          }
        });
    close();
  }

  /** Summaries that did not reach the bus. */
  public long dropped() {
    return run == null ? 0 : run.dropped();
  }

  /** Lets go of all connections; the end of the training does, too. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    ended = true;
    if (run != null) {
      run.close();
    }
    connection.onClose().run();
  }

  private void begin(Block block) throws IOException {
    parameters = new BlockParameters(block);
    RunStarted.Builder started = settings.started();
    GroupSource groups = named(parameters.shapes());
    Optional<Connection.Traced> traced = traced(block);
    if (traced.isPresent()) {
      ModelStore store = traced.get().store();
      String name = store.initialModel(settings.runId);
      OnnxModel initial = ((OnnxNetwork) block).toModel();
      initial.write(store.resolve(name));
      started.setModel(name).setModelDigest(initial.digest());
      groups = traced.get().groups();
    }
    run =
        new FollowedRun(
            new RunTensors(
                settings.runId, parameters.shapes(), parameters.untrained(), settings.unitsEvery),
            started,
            connection.environment(groups, settings.wait));
  }

  private RunCompleted.Builder end(Block block) throws IOException {
    RunCompleted.Builder end = RunCompleted.newBuilder();
    validationLoss.ifPresent(end::setValidationLoss);
    Optional<Connection.Traced> traced = traced(block);
    if (traced.isPresent()) {
      ModelStore store = traced.get().store();
      String name = store.trainedModel(settings.runId);
      OnnxModel trained = ((OnnxNetwork) block).toModel();
      trained.write(store.resolve(name));
      end.setModel(name).setModelDigest(trained.digest());
    }
    return end;
  }

  /** Who traces the block's model, where it has one and there is somebody. */
  private Optional<Connection.Traced> traced(Block block) {
    return block instanceof OnnxNetwork ? connection.traced() : Optional.empty();
  }

  private GroupSource named(List<TensorShape> shapes) {
    return (model, runId) ->
        CompletableFuture.completedFuture(LayerGroups.graph(shapes, settings.groups.apply(shapes)));
  }

  /** The mean loss over the parts of a batch. */
  private static double loss(Trainer trainer, BatchData batch) {
    double sum = 0;
    for (var part : batch.getPredictions().entrySet()) {
      NDList labels = batch.getLabels().get(part.getKey());
      try (NDArray loss = trainer.getLoss().evaluate(labels, part.getValue())) {
        sum += loss.getFloat();
      }
    }
    return sum / batch.getPredictions().size();
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Does what is to be done while the run is followed; whatever goes wrong ends that alone. */
  private void guarded(Work work) {
    if (ended) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException | IOException e) {
      fail(e);
    }
  }

  private void fail(Exception problem) {
    ended = true;
    LOG.error("run {} is not followed any further", settings.runId, problem);
    if (run != null) {
      run.failed(String.valueOf(problem.getMessage()));
    }
  }
}
