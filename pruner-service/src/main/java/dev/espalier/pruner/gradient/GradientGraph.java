package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gradients of a loss with respect to values of a model, by reverse mode, as ordinary ONNX nodes
 * appended to it. No gradients of weights are made.
 */
public final class GradientGraph {
  /** Oldest operator set whose spelling the rules know. */
  public static final int OLDEST_OPSET = 11;

  private GradientGraph() {}

  /**
   * @param shapes the concrete shape of every value as the model will be run; one may be missing
   *     where no gradient passes
   * @param wanted floating-point values that nodes make, or graph inputs
   * @param samples how many samples a run takes, at least 1
   * @return the model with the gradients and the loss as further outputs, and with the graph input
   *     {@link Loss#LABELS} where the loss needs labels
   * @throws OnnxException where the gradient passes an operator that has none here; names the node
   */
  public static Gradients of(
      OnnxModel model,
      Map<String, long[]> shapes,
      Collection<String> wanted,
      Loss loss,
      long samples) {
    if (model.opset() < OLDEST_OPSET) {
      throw new OnnxException(
          "opset " + model.opset(),
          "gradients need opset "
              + OLDEST_OPSET
              + "; convert the model, or take the activation"
              + " score, which needs no gradient");
    }
    ModelProto.Builder extended = model.proto().toBuilder();
    GraphProto.Builder graph = extended.getGraphBuilder();
    Emitter emit = new Emitter("espalier.gradient/", graph, model.opset());
    Tape tape = new Tape(model, shapes, downstream(model, wanted), emit);
    String value = new LossGraph(model, tape, graph, samples).append(loss);
    for (Node node : model.nodes().reversed()) {
      boolean reached = node.outputs().stream().anyMatch(o -> tape.gradient(o).isPresent());
      if (reached && inputs(node.proto()).stream().anyMatch(tape::wants)) {
        BackwardRules.of(node)
            .orElseThrow(
                () -> Tape.refuse(node, "no gradient is known of operator " + node.operator()))
            .backward(node, tape);
      }
    }
    Map<String, String> of = new LinkedHashMap<>();
    for (String name : wanted) {
      tape.gradient(name).ifPresent(gradient -> of.put(name, emit.node("Identity", gradient)));
    }
    graph.addOutput(ValueInfoProto.newBuilder().setName(value));
    of.values().forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    return new Gradients(OnnxModel.of(extended.build()), value, of);
  }

  /** The values themselves and all that is computed of them. */
  private static Set<String> downstream(OnnxModel model, Collection<String> from) {
    Set<String> reached = new HashSet<>(from);
    for (Node node : model.nodes()) {
      if (inputs(node.proto()).stream().anyMatch(reached::contains)) {
        reached.addAll(node.outputs());
      }
    }
    reached.remove("");
    return reached;
  }

  /** What a node reads, what its sub-graphs read from around them included. */
  private static List<String> inputs(NodeProto node) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      List<GraphProto> graphs = new ArrayList<>(attribute.getGraphsList());
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      for (GraphProto graph : graphs) {
        graph.getNodeList().forEach(inner -> inputs.addAll(inputs(inner)));
        graph.getOutputList().forEach(output -> inputs.add(output.getName()));
      }
    }
    return inputs;
  }
}
