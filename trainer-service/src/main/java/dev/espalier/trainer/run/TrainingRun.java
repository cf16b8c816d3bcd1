package dev.espalier.trainer.run;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from its data, or its last checkpoint, to its trained model. Whatever happens, it ends
 * the run itself.
 */
public final class TrainingRun implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final double NANOS = 1e9;

  private final RunHandle handle;
  private final RunSettings settings;
  private final RunEnvironment environment;
  private final RunKeeper keeper;
  private final RunLog log;
  private final boolean resume;

  private TrainingRun(RunHandle handle, RunEnvironment environment, boolean resume) {
    this.handle = handle;
    this.settings = handle.snapshot().settings();
    this.environment = environment;
    this.resume = resume;
    keeper = new RunKeeper(handle, new RunFolder(environment.store(), settings.runId()));
    log = new RunLog(settings.runId(), environment.events(), environment.clock());
  }

  /** A run that begins; its folder is claimed. */
  public static TrainingRun begin(RunHandle handle, RunEnvironment environment) {
    return new TrainingRun(handle, environment, false);
  }

  /** A run that goes on from its last checkpoint. */
  static TrainingRun resume(RunHandle handle, RunEnvironment environment) {
    return new TrainingRun(handle, environment, true);
  }

  /** A run that goes on from its last checkpoint, or begins where it has none. */
  public static TrainingRun again(RunHandle handle, RunEnvironment environment) {
    RunFolder folder = new RunFolder(environment.store(), handle.snapshot().settings().runId());
    return new TrainingRun(handle, environment, folder.hasCheckpoint());
  }

  /** Keeps the run before its turn comes, so that it is known whatever becomes of the service. */
  public void keep() throws IOException {
    keeper.keep();
  }

  @Override
  public void run() {
    try (FolderLock lock = keeper.lock()) {
      trainUnderLock();
    } catch (IOException | RuntimeException problem) {
      // What is kept of the run is another trainer's to change, or cannot be written.
      LOG.error("run not begun: run={}", settings.runId(), problem);
      RunPhase.Failed failed = new RunPhase.Failed(now(), reason(problem));
      handle.update(run -> run.with(failed));
    }
  }

  private void trainUnderLock() {
    try {
      prepareAndTrain();
    } catch (Throwable problem) {
      LOG.error("run failed: run={}", settings.runId(), problem);
      if (log.isOpen()) {
        log.add(RunFailed.newBuilder().setReason(reason(problem)).build());
      }
      end(open -> open.failed(now(), reason(problem)));
    }
  }

  private static String reason(Throwable problem) {
    return problem.getMessage() == null ? problem.toString() : problem.getMessage();
  }

  private void prepareAndTrain() throws IOException, InterruptedException {
    if (handle.stopRequest().isDone()) {
      end(open -> handle.isInterrupted() ? open.interrupted(now()) : open.stopped(now()));
      return;
    }
    Optional<Checkpoint> from = resume ? Optional.of(keeper.checkpoint()) : Optional.empty();
    RunInputs inputs = RunInputs.load(settings, environment.store(), from.map(Checkpoint::model));
    AdamSettings adam = AdamSettings.of(settings.learningRate());
    try (Objective objective = inputs.objective();
        Learner learner =
            from.isPresent()
                ? new Learner(inputs.model(), shapes -> from.get().optimiser(adam, shapes))
                : new Learner(inputs.model(), adam)) {
      String initial = environment.store().initialModel(settings.runId());
      if (from.isEmpty()) {
        inputs.model().write(environment.store().resolve(initial));
      }
      String digest = OnnxModel.digest(environment.store().resolve(initial));
      handle.update(
          run -> run.with(Provenances.of(objective.dataDigest(), digest, environment.version())));
      try (RunWeighing weighing = weighing(from, initial, digest, learner)) {
        RunLoop loop =
            new RunLoop(
                handle,
                environment,
                keeper,
                log,
                objective,
                learner,
                weighing,
                started(objective, initial, digest));
        end(loop.train(from.map(Checkpoint::header)));
      }
    }
  }

  private RunWeighing weighing(
      Optional<Checkpoint> from, String initial, String digest, Learner learner) {
    Optional<CheckpointHeader> known =
        from.map(Checkpoint::header).filter(CheckpointHeader::hasGraph);
    RunTensors tensors =
        new RunTensors(
            settings.runId(),
            learner.shapes(),
            learner.untrained(),
            settings.request().getUnitSummaryEvery());
    return known.isPresent()
        ? RunWeighing.knowing(
            tensors, known.get().getGraph(), known.get().getUnitsList(), environment)
        : RunWeighing.asking(tensors, initial, digest, environment);
  }

  private RunStarted.Builder started(Objective objective, String model, String digest) {
    return RunStarted.newBuilder()
        .setTask(settings.task())
        .setModel(model)
        .setModelDigest(digest)
        .setImportance(settings.importance())
        .setEpochs(settings.epochs())
        .setBatchesPerEpoch(objective.batchesPerEpoch())
        .setSeed(settings.seed())
        .putAllSettings(settings.describe())
        .putSettings("data_digest", objective.dataDigest());
  }

  static double finite(String what, double value, String when) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException(
          what + " is " + value + " " + when + "; lower learning_rate or check the data");
    }
    return value;
  }

  /**
   * Ends the run. What is kept of it is written first, so that whoever sees its end, or reads it in
   * its log, finds it there; where it cannot be written, the log does not end.
   */
  private void end(Function<RunPhase.Open, RunPhase> next) {
    if (!(handle.snapshot().phase() instanceof RunPhase.Open open)) {
      return;
    }
    RunPhase end = next.apply(open);
    try {
      keeper.ended(end, log);
      log.tell();
      handle.update(run -> run.with(end));
    } catch (IOException e) {
      LOG.error("run's end not kept: run={}", settings.runId(), e);
      String reason =
          end instanceof RunPhase.Failed failed
              ? failed.reason()
              : "the end of the run cannot be kept: " + e + "; make room and resume it";
      handle.update(run -> run.with(open.failed(now(), reason)));
    }
  }

  private Instant now() {
    return environment.clock().instant();
  }

  static double seconds(long fromNanos) {
    return (System.nanoTime() - fromNanos) / NANOS;
  }
}
