package dev.espalier.pruner.job;

import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.message.PruningMessages;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruning.v1.ModelPruned;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Takes prunings through their states on a few worker threads. */
public final class PruningRunner {
  private static final Logger LOG = Logger.getLogger(PruningRunner.class);

  private final Jobs jobs;
  private final ModelFiles files;
  private final PruneFile pruneFile;
  private final Executor workers;
  private final Clock clock;
  private final RandomGenerator random;
  private final UnitRecords units;
  private final Publication publication;

  /** Makes results known. */
  public interface Publication {
    /**
     * Keeps the result until the bus has taken it, and waits a bounded time for that.
     *
     * @throws IOException where it cannot be kept
     */
    void publish(ModelPruned result) throws IOException;
  }

  /**
   * @param units asked where a score is one that the run recorded
   * @param publication told each result just before its pruning completes
   */
  public PruningRunner(
      Jobs jobs,
      ModelFiles files,
      PruneFile pruneFile,
      Executor workers,
      Clock clock,
      RandomGenerator random,
      UnitRecords units,
      Publication publication) {
    this.jobs = jobs;
    this.files = files;
    this.pruneFile = pruneFile;
    this.workers = workers;
    this.clock = clock;
    this.random = random;
    this.units = units;
    this.publication = publication;
  }

  /**
   * Starts a pruning and returns at once.
   *
   * @throws Jobs.InProgressException where one of the same run or model is at work
   * @throws java.util.concurrent.RejectedExecutionException where too many wait already
   */
  public Job start(Job.Request request) throws Jobs.InProgressException {
    Job job = jobs.add(newId(), request, clock.instant());
    try {
      workers.execute(() -> run(job));
    } catch (RuntimeException e) {
      jobs.withdraw(job);
      throw e;
    }
    return job;
  }

  private String newId() {
    while (true) {
      String id = files.newPruning(clock.instant(), random);
      if (jobs.get(id).isEmpty()) {
        return id;
      }
    }
  }

  private void run(Job job) {
    try {
      ModelPruned result = prune(job);
      publication.publish(result);
      if (job.state() instanceof JobState.Verifying verifying) {
        jobs.advance(job, verifying.complete(result, clock.instant()));
      }
    } catch (ModelFiles.MissingException
        | OnnxException
        | PlanException
        | VerificationException
        | IOException e) {
      fail(job, e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "pruning failed, pruning_id=%s", job.id());
      fail(job, "internal error: " + e);
    }
  }

  private void fail(Job job, String reason) {
    if (job.state() instanceof JobState.Working working) {
      jobs.advance(job, working.fail(reason, clock.instant()));
    }
  }

  private ModelPruned prune(Job job) throws ModelFiles.MissingException, IOException {
    Job.Request request = job.request();
    try (ModelFiles.Loaded model = files.load(request.model())) {
      return prune(job, model.bytes());
    }
  }

  private ModelPruned prune(Job job, byte[] bytes) throws ModelFiles.MissingException, IOException {
    Job.Request request = job.request();
    String digest = OnnxModel.digest(bytes);
    request.ranking().ifPresent(ranking -> Orders.checkDigest(ranking, digest));
    Traced found =
        pruneFile
            .pruner()
            .analyze(
                OnnxModel.parse(bytes),
                OrderMessages.inputShapes(request.order().getInputShapesMap()));
    Traced traced =
        request.graph().map(graph -> Orders.aligned(found, graph, request.ranking())).orElse(found);
    String prunedName = files.store().prunedModel(job.id());
    PruneFile.Task task =
        Orders.task(
            job.id(),
            request.model(),
            bytes.length,
            digest,
            request.order(),
            request.ranking(),
            units(request),
            calibration(request.order().getCalibration()),
            prunedName);
    Report report =
        pruneFile.prune(
            task,
            traced,
            files.store().resolve(prunedName).getParent(),
            stage -> jobs.advance(job, next(job.state(), stage)));
    return PruningMessages.result(
        job.id(), request.order(), report, files.store().report(job.id()));
  }

  private List<UnitEvidence> units(Job.Request request) throws IOException {
    return request.ranking().isPresent() && Orders.needsUnits(request.order())
        ? units.of(request.ranking().get())
        : List.of();
  }

  private Optional<Calibration> calibration(String name) throws ModelFiles.MissingException {
    return name.isEmpty() ? Optional.empty() : Optional.of(files.calibration(name));
  }

  private static JobState next(JobState state, Pruner.Stage stage) {
    return switch (state) {
      case JobState.Analyzing analyzing when stage == Pruner.Stage.PLANNING -> analyzing.plan();
      case JobState.Planning planning when stage == Pruner.Stage.CUTTING -> planning.cut();
      case JobState.Cutting cutting when stage == Pruner.Stage.VERIFYING -> cutting.verify();
      default -> throw new IllegalStateException(stage + " does not follow " + state);
    };
  }
}
