package dev.espalier.trainer.run;

import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.CheckpointHeader;
import java.util.Optional;

/** One epoch of a run. */
final class EpochRun {
  private final RunLoop run;
  private final Learner learner;
  private final RunWeighing weighing;
  private final int epoch;
  private double lossSum;
  private double gradientSum;
  private double penaltySum;
  private int batches;
  private double seconds;

  EpochRun(RunLoop run, Learner learner, RunWeighing weighing, int epoch) {
    this.run = run;
    this.learner = learner;
    this.weighing = weighing;
    this.epoch = epoch;
  }

  /** Goes on in the middle of the epoch. */
  void resume(CheckpointHeader header) {
    batches = header.getBatch();
    lossSum = header.getLossSum();
    gradientSum = header.getGradientSum();
    penaltySum = header.getPenaltySum();
  }

  /** Says where the epoch stands. */
  void describe(CheckpointHeader.Builder header) {
    header
        .setEpoch(epoch)
        .setBatch(batches)
        .setLossSum(lossSum)
        .setGradientSum(gradientSum)
        .setPenaltySum(penaltySum);
  }

  /**
   * @return false where the run was asked to stop before the epoch's end
   */
  boolean train(Objective objective) throws InterruptedException {
    long begin = System.nanoTime();
    run.openLog();
    if (!weighing.awaitCoefficients(epoch, run.environment().coefficientsWait())) {
      run.warn(
          "coefficients",
          "coefficients did not arrive in time, last for epoch "
              + epoch
              + "; the run went on with those of epoch "
              + weighing.newestEpoch()
              + " (-1 for none)");
    }
    if (run.stopRequested()) {
      return false;
    }
    if (batches == 0) {
      learner.startEpoch(objective, epoch);
    }
    long first = System.nanoTime();
    int before = batches;
    // An epoch that has begun has at least one batch: a checkpoint knows that it has begun by that.
    do {
      run.openLog();
      weighing.refresh();
      Optional<UnitSums> units =
          weighing.dueUnits((long) epoch * objective.batchesPerEpoch() + batches);
      Learner.Step step =
          learner.step(
              objective,
              batches,
              run.randomness(epoch, batches),
              weighing.membership(),
              weighing.penalty(),
              weighing.sums(),
              units);
      account(step, units);
      run.batchDone(
          step.loss(), (batches - before) / TrainingRun.seconds(first), weighing.stale(epoch));
    } while (batches < objective.batchesPerEpoch() && !run.stopRequested());
    seconds = TrainingRun.seconds(begin);
    return batches == objective.batchesPerEpoch();
  }

  int epoch() {
    return epoch;
  }

  double meanLoss() {
    return lossSum / batches;
  }

  /** Wall time of the epoch, or of the part of it after it was resumed. */
  double seconds() {
    return seconds;
  }

  boolean penaltyOutweighsTask() {
    return penaltySum > gradientSum;
  }

  private void account(Learner.Step step, Optional<UnitSums> units) {
    GroupStatistics statistics = step.statistics();
    weighing.tell(run.log(), epoch, batches, step.loss(), statistics, units);
    lossSum += step.loss();
    gradientSum += statistics.overallAbsoluteGradient();
    penaltySum += statistics.overallAbsolutePenalty();
    batches++;
  }
}
