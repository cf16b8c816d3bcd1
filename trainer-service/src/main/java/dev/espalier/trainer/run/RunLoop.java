package dev.espalier.trainer.run;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A run's epochs, one after the other, with the cuts between them. */
final class RunLoop {
  private static final String BUS = "bus";

  private final RunHandle handle;
  private final RunSettings settings;
  private final RunEnvironment environment;
  private final RunKeeper keeper;
  private final RunLog log;
  private final Objective objective;
  private final Learner learner;
  private final RunWeighing weighing;
  private final RunStarted.Builder started;
  private final RunCutting cutting;
  private Pace pace;
  private int epochsDone;

  RunLoop(
      RunHandle handle,
      RunEnvironment environment,
      RunKeeper keeper,
      RunLog log,
      Objective objective,
      Learner learner,
      RunWeighing weighing,
      RunStarted.Builder started) {
    this.handle = handle;
    this.settings = handle.snapshot().settings();
    this.environment = environment;
    this.keeper = keeper;
    this.log = log;
    this.objective = objective;
    this.learner = learner;
    this.weighing = weighing;
    this.started = started;
    cutting = new RunCutting(handle, environment);
  }

  /**
   * Trains until the run's end, or until it is asked to stop.
   *
   * @param header where to go on; empty for the beginning
   * @return the phase that the run ends in
   */
  Function<RunPhase.Open, RunPhase> train(Optional<CheckpointHeader> header)
      throws IOException, InterruptedException {
    if (header.isPresent()) {
      goOn(header.get());
    } else {
      begin();
    }
    awaitGroups();
    handle.update(
        run ->
            run.phase() instanceof RunPhase.Preparing preparing
                ? run.with(preparing.training())
                : run);
    checkpoint(header.map(CheckpointHeader::toBuilder).orElseGet(CheckpointHeader::newBuilder));
    long done = handle.snapshot().progress().batchesCompleted();
    pace = new Pace((long) settings.epochs() * objective.batchesPerEpoch(), done);
    int first = epochsDone;
    EpochRun work = null;
    for (int epoch = first; epoch < settings.epochs() && !stopRequested(); epoch++) {
      if (cutting.isDue(epoch)) {
        openLog();
        if (!cut(epoch)) {
          break;
        }
      }
      work = new EpochRun(this, learner, weighing, epoch);
      if (epoch == first) {
        header.ifPresent(work::resume);
      }
      if (!trained(work)) {
        break;
      }
      epochsDone++;
      work = null;
    }
    return complete(work);
  }

  private void begin() {
    double initialLoss =
        TrainingRun.finite("validation loss", learner.validate(objective), "before training");
    handle.update(
        run ->
            run.with(
                run.progress()
                    .prepared(started.getBatchesPerEpoch(), initialLoss, started.getModel())));
  }

  private void goOn(CheckpointHeader header) throws IOException {
    RunSnapshot then = RunMessages.snapshot(header.getRun(), now());
    handle.update(run -> run.at(then));
    objective.restore(learner.network(), header.getObjective().toByteArray());
    keeper.reopen(log, header);
    cutting.resume(header.getMilestonesPassed());
    epochsDone = header.getEpoch();
  }

  private void awaitGroups() throws InterruptedException {
    if (!weighing.awaitAnswer(handle.stopRequest()) && !stopRequested()) {
      warn(
          "groups",
          "the pruner did not name the model's groups in time; it is asked again while the run"
              + " trains, and summaries until it answers are lost");
    }
  }

  private boolean trained(EpochRun work) throws IOException, InterruptedException {
    return environment
        .traces()
        .epoch(
            settings.runId(),
            work.epoch(),
            objective.batchesPerEpoch(),
            span -> {
              log.span(span);
              return work.train(objective) && epochCompleted(work);
            });
  }

  /** An epoch is trained; its end goes out. True, for the run goes on. */
  private boolean epochCompleted(EpochRun work) throws IOException {
    double validationLoss =
        TrainingRun.finite(
            "validation loss", learner.validate(objective), "after epoch " + work.epoch());
    save(learner.model());
    log.add(
        EpochCompleted.newBuilder()
            .setEpoch(work.epoch())
            .setTrainingLoss(work.meanLoss())
            .setValidationLoss(validationLoss)
            .setSeconds(work.seconds())
            .setCutFollows(cutting.isDue(work.epoch() + 1))
            .build());
    handle.update(
        run -> run.with(run.progress().epoch(work.meanLoss(), validationLoss, trainedModel())));
    if (work.penaltyOutweighsTask()) {
      warn(
          "penalty",
          "in epoch "
              + work.epoch()
              + " the penalty's gradient outweighed the task's; lower"
              + " importance.penalty_strength");
    }
    checkpoint(header().setEpoch(work.epoch() + 1));
    log.tell();
    return true;
  }

  /** A milestone is reached; false where the run is asked to stop before it is past it. */
  private boolean cut(int epochs) throws IOException, InterruptedException {
    Optional<RunPruned> made = cutting.cut(epochs, objective, learner, weighing);
    if (cutting.isDue(epochs)) {
      return false;
    }
    made.ifPresent(log::add);
    checkpoint(header().setEpoch(epochs));
    log.tell();
    return true;
  }

  private void checkpoint(CheckpointHeader.Builder header) throws IOException {
    keeper.checkpoint(header, objective, learner, weighing, log);
  }

  private CheckpointHeader.Builder header() {
    return CheckpointHeader.newBuilder().setMilestonesPassed(cutting.passed());
  }

  /**
   * @param unfinished the epoch that was cut short, if one was
   */
  private Function<RunPhase.Open, RunPhase> complete(EpochRun unfinished) throws IOException {
    if (unfinished != null) {
      CheckpointHeader.Builder header = header();
      unfinished.describe(header);
      checkpoint(header);
    }
    boolean stopped = epochsDone < settings.epochs();
    if (stopped && handle.isInterrupted()) {
      return open -> open.interrupted(now());
    }
    double loss = TrainingRun.finite("validation loss", learner.validate(objective), "at the end");
    OnnxModel model = learner.model();
    save(model);
    long dropped = log.dropped();
    handle.update(now -> now.with(now.progress().saved(trainedModel(), dropped)));
    log.add(
        RunCompleted.newBuilder()
            .setModel(trainedModel())
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
    return open -> stopped ? open.stopped(now()) : ((RunPhase.Training) open).completed(now());
  }

  /** One batch is done. */
  void batchDone(double loss, double perSecond, boolean stale) {
    long dropped = log.dropped();
    double left = pace.left(handle.snapshot().progress().batchesCompleted() + 1);
    handle.update(run -> run.with(run.progress().batch(loss, perSecond, left, dropped, stale)));
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

  /** Opens the log where the groups have come. */
  void openLog() {
    weighing
        .open(log, started)
        .ifPresent(problem -> warn("groups", "the model's groups cannot be used: " + problem));
    weighing.unitsLeftOut().ifPresent(words -> warn("units", words));
  }

  /** What seeds the randomness within the network in a batch. */
  int randomness(int epoch, int batch) {
    return new SplittableRandom(settings.seed() * 31 + epoch + ((long) batch << 32)).nextInt();
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

  private void save(OnnxModel model) throws IOException {
    model.write(environment.store().resolve(trainedModel()));
  }

  private String trainedModel() {
    return environment.store().trainedModel(settings.runId());
  }

  private Instant now() {
    return environment.clock().instant();
  }
}
