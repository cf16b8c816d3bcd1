package dev.espalier.trainer.run;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from its data, or its last checkpoint, to its trained model. Whatever happens, it ends
 * the run itself.
 */
public final class TrainingRun implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final String BUS = "bus";
  private static final double NANOS = 1e9;

  private final RunHandle handle;
  private final RunSettings settings;
  private final RunEnvironment environment;
  private final RunKeeper keeper;
  private final RunLog log;
  private final RunCutting cutting;
  private final boolean resume;
  private Pace pace;

  private TrainingRun(RunHandle handle, RunEnvironment environment, boolean resume) {
    this.handle = handle;
    this.settings = handle.snapshot().settings();
    this.environment = environment;
    this.resume = resume;
    keeper = new RunKeeper(handle, new RunFolder(environment.store(), settings.runId()));
    log = new RunLog(settings.runId(), environment.events(), environment.clock());
    cutting = new RunCutting(handle, environment);
  }

  /** A run that begins; its folder is claimed. */
  public static TrainingRun begin(RunHandle handle, RunEnvironment environment) {
    return new TrainingRun(handle, environment, false);
  }

  /** A run that goes on from its last checkpoint. */
  public static TrainingRun resume(RunHandle handle, RunEnvironment environment) {
    return new TrainingRun(handle, environment, true);
  }

  @Override
  public void run() {
    try (FolderLock lock = keeper.lock()) {
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
        train(objective, learner, weighing, started(objective, initial, digest), from);
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

  private void train(
      Objective objective,
      Learner learner,
      RunWeighing weighing,
      RunStarted.Builder started,
      Optional<Checkpoint> from)
      throws IOException, InterruptedException {
    Optional<CheckpointHeader> header = from.map(Checkpoint::header);
    if (header.isPresent()) {
      objective.restore(learner.network(), header.get().getObjective().toByteArray());
      keeper.reopen(log, header.get());
      cutting.resume(header.get().getMilestonesPassed());
      if (header.get().hasPruned()) {
        log.add(header.get().getPruned());
      }
    } else {
      double initialLoss =
          finite("validation loss", learner.validate(objective), "before training");
      handle.update(
          run ->
              run.with(
                  run.progress()
                      .prepared(started.getBatchesPerEpoch(), initialLoss, started.getModel())));
    }
    awaitGroups(weighing);
    handle.update(
        run ->
            run.phase() instanceof RunPhase.Preparing preparing
                ? run.with(preparing.training())
                : run);
    keeper.checkpoint(
        header.map(h -> h.toBuilder().clearPruned()).orElseGet(CheckpointHeader::newBuilder),
        objective,
        learner,
        weighing,
        log);
    long done = handle.snapshot().progress().batchesCompleted();
    pace = new Pace((long) settings.epochs() * objective.batchesPerEpoch(), done);
    int first = header.map(CheckpointHeader::getEpoch).orElse(0);
    EpochRun work = null;
    for (int epoch = first; epoch < settings.epochs() && !stopRequested(); epoch++) {
      if (cutting.isDue(epoch)) {
        openLog(weighing, started);
        if (!cut(epoch, objective, learner, weighing)) {
          break;
        }
      }
      work = new EpochRun(this, learner, weighing, started, epoch);
      if (epoch == first) {
        header.ifPresent(work::resume);
      }
      if (!trained(work, objective, learner, weighing)) {
        break;
      }
      work = null;
    }
    complete(objective, learner, weighing, work);
  }

  private void awaitGroups(RunWeighing weighing) throws InterruptedException {
    if (!weighing.awaitAnswer(handle.stopRequest()) && !stopRequested()) {
      warn(
          "groups",
          "the pruner did not name the model's groups in time; it is asked again while the run"
              + " trains, and summaries until it answers are lost");
    }
  }

  private boolean trained(EpochRun work, Objective objective, Learner learner, RunWeighing weighing)
      throws IOException, InterruptedException {
    return environment
        .traces()
        .epoch(
            settings.runId(),
            work.epoch(),
            objective.batchesPerEpoch(),
            span -> {
              log.span(span);
              return work.train(objective) && epochCompleted(work, objective, learner, weighing);
            });
  }

  /** An epoch is trained; its end goes out. True, for the run goes on. */
  private boolean epochCompleted(
      EpochRun work, Objective objective, Learner learner, RunWeighing weighing)
      throws IOException {
    double validationLoss =
        finite("validation loss", learner.validate(objective), "after epoch " + work.epoch());
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
    keeper.checkpoint(header().setEpoch(work.epoch() + 1), objective, learner, weighing, log);
    return true;
  }

  /** A milestone is reached; false where the run is asked to stop before it is past it. */
  private boolean cut(int epochs, Objective objective, Learner learner, RunWeighing weighing)
      throws IOException, InterruptedException {
    Optional<RunPruned> made = cutting.cut(epochs, objective, learner, weighing);
    if (cutting.isDue(epochs)) {
      return false;
    }
    CheckpointHeader.Builder header = header().setEpoch(epochs);
    made.ifPresent(header::setPruned);
    keeper.checkpoint(header, objective, learner, weighing, log);
    made.ifPresent(log::add);
    return true;
  }

  private CheckpointHeader.Builder header() {
    return CheckpointHeader.newBuilder().setMilestonesPassed(cutting.passed());
  }

  /**
   * @param unfinished the epoch that was cut short, if one was
   */
  private void complete(
      Objective objective, Learner learner, RunWeighing weighing, EpochRun unfinished)
      throws IOException {
    if (unfinished != null) {
      CheckpointHeader.Builder header = header();
      unfinished.describe(header);
      keeper.checkpoint(header, objective, learner, weighing, log);
    }
    RunSnapshot run = handle.snapshot();
    boolean stopped = run.progress().epochsCompleted() < settings.epochs();
    if (stopped && handle.isInterrupted()) {
      end(open -> open.interrupted(now()));
      return;
    }
    double loss = finite("validation loss", learner.validate(objective), "at the end");
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
    end(open -> stopped ? open.stopped(now()) : ((RunPhase.Training) open).completed(now()));
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
  void openLog(RunWeighing weighing, RunStarted.Builder started) {
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

  static double finite(String what, double value, String when) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException(
          what + " is " + value + " " + when + "; lower learning_rate or check the data");
    }
    return value;
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

  private void save(OnnxModel model) throws IOException {
    model.write(environment.store().resolve(trainedModel()));
  }

  private String trainedModel() {
    return environment.store().trainedModel(settings.runId());
  }

  /** Ends the run; what is kept of it is written first, so that whoever sees its end finds it. */
  private void end(Function<RunPhase.Open, RunPhase> next) {
    if (handle.snapshot().phase() instanceof RunPhase.Open open) {
      RunPhase end = next.apply(open);
      keeper.ended(end, log);
      handle.update(run -> run.with(end));
    }
  }

  private Instant now() {
    return environment.clock().instant();
  }

  static double seconds(long fromNanos) {
    return (System.nanoTime() - fromNanos) / NANOS;
  }
}
