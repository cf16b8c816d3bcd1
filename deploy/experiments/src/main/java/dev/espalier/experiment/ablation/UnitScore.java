package dev.espalier.experiment.ablation;

import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.RandomScore;
import java.util.Locale;

/** Which units of a group go first. */
enum UnitScore {
  TAYLOR,
  GRADIENT,
  FISHER,
  L1,
  L2,
  RANDOM;

  /** As methods are named by it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param seed of what is drawn
   */
  ChannelScore score(Cutting cutting, long seed) {
    return this == RANDOM
        ? new RandomScore(seed)
        : cutting.score(dev.espalier.pruning.v1.ChannelScore.valueOf("CHANNEL_SCORE_" + name()));
  }
}
