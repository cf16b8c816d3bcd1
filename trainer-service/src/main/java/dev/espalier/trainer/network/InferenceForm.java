package dev.espalier.trainer.network;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.OnnxModel;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns what exporters write in training mode into what is deployed: a BatchNormalization that uses
 * its running statistics, a Dropout that drops nothing. A training pass of an {@link OnnxNetwork}
 * takes the batch's statistics and drops all the same.
 */
public final class InferenceForm {
  private static final String TRAINING = "training_mode";
  private static final int DROPOUT_MODE = 2;

  private InferenceForm() {}

  /**
   * @return the model itself where it is in that form already
   */
  public static OnnxModel of(OnnxModel model) {
    GraphProto graph = model.proto().getGraph();
    Set<String> used = new HashSet<>();
    graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    ModelProto.Builder changed = model.proto().toBuilder();
    boolean same = true;
    for (int n = 0; n < graph.getNodeCount(); n++) {
      NodeProto node = graph.getNode(n);
      NodeProto.Builder deployed =
          switch (node.getOpType()) {
            case "BatchNormalization" -> normalization(node, used);
            case "Dropout" -> dropout(node);
            default -> null;
          };
      if (deployed != null) {
        changed.getGraphBuilder().setNode(n, deployed);
        same = false;
      }
    }
    return same ? model : OnnxModel.of(changed.build());
  }

  private static NodeProto.Builder normalization(NodeProto node, Set<String> used) {
    boolean training =
        node.getAttributeList().stream()
            .anyMatch(attribute -> attribute.getName().equals(TRAINING) && attribute.getI() != 0);
    boolean read = node.getOutputList().stream().skip(1).anyMatch(used::contains);
    if (read || !training && node.getOutputCount() == 1) {
      return null;
    }
    NodeProto.Builder deployed = node.toBuilder().clearAttribute().clearOutput();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.getName().equals(TRAINING)) {
        deployed.addAttribute(attribute);
      }
    }
    return deployed.addOutput(node.getOutput(0));
  }

  private static NodeProto.Builder dropout(NodeProto node) {
    if (node.getInputCount() <= DROPOUT_MODE || node.getInput(DROPOUT_MODE).isEmpty()) {
      return null;
    }
    NodeProto.Builder deployed = node.toBuilder().clearInput();
    return deployed.addAllInput(node.getInputList().subList(0, DROPOUT_MODE));
  }
}
