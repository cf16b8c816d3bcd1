package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import java.util.Map;

/**
 * What a training run recorded of each unit, such as its mean |gradient|.
 *
 * @param name of what was recorded, for errors
 * @param byGroup by group id a value for each unit, finite and at least 0
 */
public record RecordedScore(String name, Map<String, double[]> byGroup) implements ChannelScore {
  /**
   * @throws PlanException where nothing was recorded of the group, or not one value a unit
   */
  @Override
  public double[] scores(Traced traced, int position) {
    Group group = traced.graph().groups().get(position);
    double[] recorded = byGroup.get(group.id());
    if (recorded == null || recorded.length != group.units()) {
      throw new PlanException(
          "channel_score = %s: the run recorded %s of group \"%s\", which has %d units; take l2, or"
                  .formatted(
                      name,
                      recorded == null ? "nothing" : recorded.length + " values",
                      group.id(),
                      group.units())
              + " let the run record its units");
    }
    for (double value : recorded) {
      if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
        throw new PlanException(
            "channel_score = " + name + ": " + value + " was recorded in \"" + group.id() + "\"");
      }
    }
    return recorded.clone();
  }
}
