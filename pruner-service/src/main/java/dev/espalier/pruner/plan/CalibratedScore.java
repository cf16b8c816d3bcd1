package dev.espalier.pruner.plan;

import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.graph.Traced;
import java.util.List;

/**
 * A score that comes of running the model on calibration data: all groups in one pass, when the
 * first is asked for.
 */
abstract class CalibratedScore implements ChannelScore {
  private final Calibration calibration;
  private final ScoreOptions options;
  private Traced last;
  private double[][] scores;

  CalibratedScore(Calibration calibration, ScoreOptions options) {
    this.calibration = calibration;
    this.options = options;
  }

  @Override
  public final synchronized double[] scores(Traced traced, int group) {
    if (traced != last) {
      scores = all(traced);
      last = traced;
    }
    return scores[group].clone();
  }

  private double[][] all(Traced traced) {
    UnitSlots slots = new UnitSlots(traced);
    Samples data = calibration.of(traced.model());
    List<Reading> readings = Readings.of(traced, slots);
    Calibrated calibrated =
        Calibrated.of(traced, data, readings, options.batch(), options.elements());
    double[] sums = new double[slots.count()];
    double samples = 0;
    ScoreRun run = null;
    try {
      for (Samples.Batch batch : data.of(calibrated.size())) {
        if (run == null || run.size() != batch.size()) {
          if (run != null) {
            run.close();
            run = null; // open may fail
          }
          run = open(calibrated, batch.size());
        }
        samples += calibrated.perSample() ? batch.size() : 1;
        add(calibrated, run, batch, sums);
      }
    } finally {
      if (run != null) {
        run.close();
      }
    }
    for (int slot = 0; slot < sums.length; slot++) {
      sums[slot] /= samples;
    }
    double[][] all = new double[traced.unitIds().length][];
    for (int group = 0; group < all.length; group++) {
      all[group] = slots.ofGroup(sums, group);
    }
    return all;
  }

  /** Loads a model that sums what the score needs of a batch of this size. */
  abstract ScoreRun open(Calibrated calibrated, int size);

  /** Runs a batch and adds to each unit's sum, by slot, what each of its samples scores. */
  abstract void add(Calibrated calibrated, ScoreRun run, Samples.Batch batch, double[] sums);
}
