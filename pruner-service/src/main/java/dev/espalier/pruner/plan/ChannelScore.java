package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Traced;

/** How much a unit matters within its group; the lowest scores go first. */
public interface ChannelScore {
  /**
   * @param traced the model
   * @param group position of the group in its graph
   * @return a score for each unit of the group, finite and at least 0
   * @throws dev.espalier.onnx.OnnxException where a score is not finite
   */
  double[] scores(Traced traced, int group);
}
