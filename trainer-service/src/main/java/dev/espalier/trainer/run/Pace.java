package dev.espalier.trainer.run;

/**
 * How fast a run has been since it began or was resumed, all that it does between batches included.
 */
final class Pace {
  private final long begin = System.nanoTime();
  private final long batches;
  private final long before;

  /**
   * @param batches all batches of the run
   * @param before those that were done before
   */
  Pace(long batches, long before) {
    this.batches = batches;
    this.before = before;
  }

  /**
   * Seconds that the rest will take.
   *
   * @param done batches done in all, more than before
   */
  double left(long done) {
    return TrainingRun.seconds(begin) / (done - before) * (batches - done);
  }
}
