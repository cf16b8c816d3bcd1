package dev.espalier.pruner.verify;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The original model with the contribution of the removed units to every consumer taken out:
 * wherever a node sums over an axis, its removed indices read as 0. No weight and no shape is
 * touched, so that the twin shares none of the cut's arithmetic. It is exact whatever an activation
 * makes of 0, since the mask lies behind it. Where a node averages or normalises over removed
 * indices, the twin's does so over what stays.
 */
public final class MaskedTwin {
  private MaskedTwin() {}

  /** The twin of the cut that leaves these survivors. */
  public static OnnxModel of(Traced traced, Survivors survivors) {
    OnnxModel original = traced.prepared().original();
    Map<String, Node> prepared = new HashMap<>();
    traced
        .model()
        .nodes()
        .forEach(node -> node.outputs().forEach(output -> prepared.put(output, node)));
    ModelProto.Builder model = original.proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder().clearNode().clearValueInfo();
    TwinWriter writer = new TwinWriter(traced, survivors, graph);
    for (Node node : original.nodes()) {
      Node known =
          node.outputs().stream()
              .map(prepared::get)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      Optional<OperatorRule> rule = known == null ? Optional.empty() : traced.rules().of(known);
      if (rule.isPresent() && survivors.touch(known)) {
        writer.at(node);
        rule.get().twin(known, writer);
      } else {
        graph.addNode(node.proto());
      }
    }
    return OnnxModel.of(model.build());
  }
}
