package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Traced;
import java.util.SplittableRandom;

/**
 * Scores drawn at random: what every other score has to beat.
 *
 * @param seed equal seeds give equal scores
 */
public record RandomScore(long seed) implements ChannelScore {
  @Override
  public double[] scores(Traced traced, int group) {
    return new SplittableRandom(seed + 31L * group)
        .doubles(traced.graph().groups().get(group).units())
        .toArray();
  }
}
