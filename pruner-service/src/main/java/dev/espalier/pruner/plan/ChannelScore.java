package dev.espalier.pruner.plan;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Group;

/** How much a unit matters within its group; the lowest scores go first. */
public interface ChannelScore {
  /**
   * @return a score for each unit of the group, finite and at least 0
   * @throws dev.espalier.onnx.OnnxException where a score is not finite
   */
  double[] scores(OnnxModel model, Group group);
}
