package dev.espalier.trainer.run;

import dev.espalier.trainer.optimise.PenaltyPass;
import dev.espalier.trainer.optimise.TensorBuffers;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run whose steps somebody else's loop makes: tells its log what each batch says and adds the
 * penalty to the gradients. Used by one thread.
 */
public final class FollowedRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedRun.class);

  private final String runId;
  private final RunStarted.Builder started;
  private final RunEnvironment environment;
  private final RunLog log;
  private final RunWeighing weighing;
  private final PenaltyPass pass = new PenaltyPass();
  private int epoch;
  private int batch;
  private long batches;
  private double lossSum;
  private long begin;

  /**
   * @param tensors what is trained
   * @param started what opens the run, all but the groups
   */
  public FollowedRun(RunTensors tensors, RunStarted.Builder started, RunEnvironment environment) {
    runId = tensors.runId();
    this.started = started;
    this.environment = environment;
    log = new RunLog(runId, environment.events(), environment.clock());
    weighing =
        RunWeighing.asking(tensors, started.getModel(), started.getModelDigest(), environment);
  }

  /**
   * A backward pass is done, and no step with its gradients made yet. Waits a bounded time for the
   * groups before the first batch, and for the coefficients before the first of an epoch.
   *
   * @param buffers memory of the tensors; the penalty is added to the gradients
   * @param loss the task's loss of the batch
   * @throws ArithmeticException where the loss or a gradient is not finite; says which
   */
  public void batch(List<TensorBuffers> buffers, double loss) {
    if (batch == 0) {
      begin = System.nanoTime();
      await();
    }
    openLog();
    weighing.refresh();
    Optional<UnitSums> units = weighing.dueUnits(batches);
    CellSums sums = weighing.sums();
    pass.apply(buffers, 1, weighing.membership(), weighing.penalty(), sums, units);
    weighing.tell(log, epoch, batch, loss, sums.statistics(weighing.membership()), units);
    lossSum += loss;
    batch++;
    batches++;
  }

  /**
   * An epoch has ended.
   *
   * @param validationLoss the task's loss over validation data; empty where there is none, and the
   *     mean loss of the epoch's batches stands for it
   */
  public void epochCompleted(Optional<Double> validationLoss) {
    double trainingLoss = lossSum / Math.max(1, batch);
    log.add(
        EpochCompleted.newBuilder()
            .setEpoch(epoch)
            .setTrainingLoss(trainingLoss)
            .setValidationLoss(validationLoss.orElse(trainingLoss))
            .setSeconds(TrainingRun.seconds(begin))
            .build());
    log.tell();
    epoch++;
    batch = 0;
    lossSum = 0;
  }

  /** Epochs completed. */
  public int epochs() {
    return epoch;
  }

  /** Summaries that did not reach the bus. */
  public long dropped() {
    return log.dropped();
  }

  /**
   * The run has ended well.
   *
   * @param end what closes its log, all but how it went
   */
  public void completed(RunCompleted.Builder end) {
    log.add(end.setStopped(epoch < started.getEpochs()).setDroppedSummaries(log.dropped()).build());
    log.tell();
  }

  /** The run is not followed any further. */
  public void failed(String reason) {
    if (log.isOpen()) {
      log.add(RunFailed.newBuilder().setReason(reason).build());
      log.tell();
    }
  }

  @Override
  public void close() {
    weighing.close();
  }

  private void await() {
    try {
      if (batches == 0 && !weighing.awaitAnswer(new CompletableFuture<>())) {
        LOG.warn("run {}: its groups are not known yet; summaries until then are lost", runId);
      }
      openLog();
      weighing.unitsLeftOut().ifPresent(words -> LOG.warn("run {}: {}", runId, words));
      if (!weighing.awaitCoefficients(epoch, environment.coefficientsWait())) {
        LOG.info("run {}: coefficients of epoch {} are late; older ones are used", runId, epoch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void openLog() {
    weighing
        .open(log, started)
        .ifPresent(problem -> LOG.warn("run {}: its groups cannot be used: {}", runId, problem));
  }
}
