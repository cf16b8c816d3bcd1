package dev.espalier.trainer.run;

import java.util.OptionalDouble;

/**
 * How far a run has come.
 *
 * @param batchesPerEpoch 0 before the data is ready
 * @param epochsCompleted epochs done
 * @param batchesCompleted batches done in all
 * @param batchLoss loss of the newest batch; 0 before the first
 * @param batchesPerSecond over the newest epoch or the part of it that is done; 0 before
 * @param trainingLoss mean loss of the newest complete epoch
 * @param initialValidationLoss before the first step
 * @param validationLoss after the newest complete epoch
 * @param model newest model file, relative to the store's root; empty before
 * @param droppedSummaries summaries that did not reach the bus
 * @param secondsLeft how long the rest will take at the pace so far; empty before the first batch
 * @param staleBatches steps taken with coefficients of an older epoch, or with none that had come
 *     where some were expected
 */
public record Progress(
    int batchesPerEpoch,
    int epochsCompleted,
    long batchesCompleted,
    double batchLoss,
    double batchesPerSecond,
    OptionalDouble trainingLoss,
    OptionalDouble initialValidationLoss,
    OptionalDouble validationLoss,
    String model,
    long droppedSummaries,
    OptionalDouble secondsLeft,
    long staleBatches) {

  static Progress none() {
    return new Progress(
        0,
        0,
        0,
        0,
        0,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        "",
        0,
        OptionalDouble.empty(),
        0);
  }

  Progress prepared(int batches, double initialLoss, String initialModel) {
    return new Progress(
        batches,
        0,
        0,
        0,
        0,
        OptionalDouble.empty(),
        OptionalDouble.of(initialLoss),
        OptionalDouble.empty(),
        initialModel,
        0,
        OptionalDouble.empty(),
        0);
  }

  Progress batch(double loss, double perSecond, double left, long dropped, boolean stale) {
    return new Progress(
        batchesPerEpoch,
        epochsCompleted,
        batchesCompleted + 1,
        loss,
        perSecond,
        trainingLoss,
        initialValidationLoss,
        validationLoss,
        model,
        dropped,
        OptionalDouble.of(left),
        staleBatches + (stale ? 1 : 0));
  }

  Progress epoch(double meanLoss, double validation, String newestModel) {
    return new Progress(
        batchesPerEpoch,
        epochsCompleted + 1,
        batchesCompleted,
        batchLoss,
        batchesPerSecond,
        OptionalDouble.of(meanLoss),
        initialValidationLoss,
        OptionalDouble.of(validation),
        newestModel,
        droppedSummaries,
        secondsLeft,
        staleBatches);
  }

  Progress saved(String newestModel, long dropped) {
    return new Progress(
        batchesPerEpoch,
        epochsCompleted,
        batchesCompleted,
        batchLoss,
        batchesPerSecond,
        trainingLoss,
        initialValidationLoss,
        validationLoss,
        newestModel,
        dropped,
        secondsLeft,
        staleBatches);
  }
}
