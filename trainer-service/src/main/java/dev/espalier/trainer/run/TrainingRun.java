package dev.espalier.trainer.run;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.data.Images;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import java.io.IOException;
import java.time.Instant;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run from its data to its trained model. Whatever happens, it ends the run itself. */
public final class TrainingRun implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final String BUS = "bus";
  private static final double NANOS = 1e9;

  private final RunHandle handle;
  private final RunSettings settings;
  private final RunEnvironment environment;
  private final RunLog log;

  public TrainingRun(RunHandle handle, RunEnvironment environment) {
    this.handle = handle;
    this.settings = handle.snapshot().settings();
    this.environment = environment;
    log = new RunLog(settings.runId(), environment.events(), environment.clock());
  }

  @Override
  public void run() {
    try {
      prepareAndTrain();
    } catch (Throwable problem) {
      LOG.error("run failed: run={}", settings.runId(), problem);
      String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
      if (log.isOpen()) {
        log.add(RunFailed.newBuilder().setReason(reason).build());
      }
      end(open -> open.failed(now(), reason));
    }
  }

  private void prepareAndTrain() throws IOException, InterruptedException {
    if (stopRequested()) {
      end(open -> open.stopped(now()));
      return;
    }
    RunInputs inputs = RunInputs.load(settings, environment.store());
    AdamSettings adam = AdamSettings.of(settings.learningRate());
    try (Learner learner = new Learner(inputs.task(), inputs.model(), adam, settings.batchSize())) {
      String initial = environment.store().initialModel(settings.runId());
      inputs.model().write(environment.store().resolve(initial));
      String digest = inputs.model().digest();
      try (RunWeighing weighing =
          new RunWeighing(settings.runId(), initial, digest, learner.shapes(), environment)) {
        train(learner, inputs, weighing, started(inputs, initial, digest));
      }
    }
  }

  private void train(
      Learner learner, RunInputs inputs, RunWeighing weighing, RunStarted.Builder started)
      throws IOException, InterruptedException {
    Images images = inputs.data().training();
    Images validation = inputs.data().validation();
    double initialLoss = finite("validation loss", learner.validate(validation), "before training");
    handle.update(
        run ->
            run.with(
                run.progress()
                    .prepared(started.getBatchesPerEpoch(), initialLoss, started.getModel())));
    if (!weighing.awaitAnswer(handle.stopRequest()) && !stopRequested()) {
      warn(
          "groups",
          "the pruner did not name the model's groups in time; it is asked again while the run"
              + " trains, and summaries until it answers are lost");
    }
    handle.update(
        run ->
            run.phase() instanceof RunPhase.Preparing preparing
                ? run.with(preparing.training())
                : run);
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (int epoch = 0; epoch < settings.epochs() && !stopRequested(); epoch++) {
      EpochRun work = new EpochRun(this, learner, weighing, started, epoch);
      int[] order = Images.shuffled(images.count(), random.split());
      if (!environment
          .traces()
          .epoch(
              settings.runId(),
              epoch,
              started.getBatchesPerEpoch(),
              span -> {
                log.span(span);
                return work.train(images, order) && epochCompleted(work, learner, validation);
              })) {
        break;
      }
    }
    complete(learner, validation);
  }

  /** An epoch is trained; its end goes out. True, for the run goes on. */
  private boolean epochCompleted(EpochRun work, Learner learner, Images validation)
      throws IOException {
    double validationLoss =
        finite("validation loss", learner.validate(validation), "after epoch " + work.epoch());
    save(learner.model());
    log.add(
        EpochCompleted.newBuilder()
            .setEpoch(work.epoch())
            .setTrainingLoss(work.meanLoss())
            .setValidationLoss(validationLoss)
            .setSeconds(work.seconds())
            .build());
    handle.update(
        run -> run.with(run.progress().epoch(work.meanLoss(), validationLoss, trained())));
    if (work.penaltyOutweighsTask()) {
      warn(
          "penalty",
          "in epoch "
              + work.epoch()
              + " the penalty's gradient outweighed the task's; lower"
              + " importance.penalty_strength");
    }
    return true;
  }

  private void complete(Learner learner, Images validation) throws IOException {
    RunSnapshot run = handle.snapshot();
    boolean stopped = run.progress().epochsCompleted() < settings.epochs();
    double loss = finite("validation loss", learner.validate(validation), "at the end");
    OnnxModel model = learner.model();
    save(model);
    long dropped = log.dropped();
    handle.update(now -> now.with(now.progress().saved(trained(), dropped)));
    log.add(
        RunCompleted.newBuilder()
            .setModel(trained())
            .setModelDigest(model.digest())
            .setValidationLoss(loss)
            .setStopped(stopped)
            .setDroppedSummaries(dropped)
            .build());
    if (!log.isOpen()) {
      warn(
          "groups",
          "the pruner never named the model's groups, so nothing of this run was published and its"
              + " groups were not weighed");
    }
    end(open -> stopped ? open.stopped(now()) : ((RunPhase.Training) open).completed(now()));
  }

  /** One batch is done. */
  void batchDone(double loss, double perSecond, boolean stale) {
    long dropped = log.dropped();
    handle.update(run -> run.with(run.progress().batch(loss, perSecond, dropped, stale)));
    if (dropped > 0 && log.isOpen()) {
      warn("dropped", dropped + " summaries were lost before they reached the bus");
    }
    environment
        .events()
        .trouble(settings.runId())
        .ifPresentOrElse(
            words -> warn(BUS, words),
            () -> {
              if (handle.snapshot().warnings().containsKey(BUS)) {
                warn(BUS, "for a while the Kafka broker took no events; it is back");
              }
            });
  }

  RunLog log() {
    return log;
  }

  RunEnvironment environment() {
    return environment;
  }

  boolean stopRequested() {
    return handle.stopRequest().isDone();
  }

  void warn(String concern, String words) {
    if (!words.equals(handle.snapshot().warnings().get(concern))) {
      handle.update(run -> run.warn(concern, words));
    }
  }

  static double finite(String what, double value, String when) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException(
          what + " is " + value + " " + when + "; lower learning_rate or check the data");
    }
    return value;
  }

  private RunStarted.Builder started(RunInputs inputs, String model, String digest) {
    int images = inputs.data().training().count();
    return RunStarted.newBuilder()
        .setTask(settings.task())
        .setModel(model)
        .setModelDigest(digest)
        .setImportance(settings.importance())
        .setEpochs(settings.epochs())
        .setBatchesPerEpoch((images + settings.batchSize() - 1) / settings.batchSize())
        .setSeed(settings.seed())
        .putAllSettings(settings.describe())
        .putSettings("data_digest", inputs.data().digest());
  }

  private void save(OnnxModel model) throws IOException {
    model.write(environment.store().resolve(trained()));
  }

  private String trained() {
    return environment.store().trainedModel(settings.runId());
  }

  private void end(java.util.function.Function<RunPhase.Open, RunPhase> next) {
    handle.update(
        run -> run.phase() instanceof RunPhase.Open open ? run.with(next.apply(open)) : run);
  }

  private Instant now() {
    return environment.clock().instant();
  }

  static double seconds(long fromNanos) {
    return (System.nanoTime() - fromNanos) / NANOS;
  }
}
