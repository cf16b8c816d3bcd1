package dev.espalier.pruner.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Follows the axes of every tensor through a model and groups what must be cut together. Graph
 * inputs, graph outputs and every operator without a rule are fixed.
 */
public final class AxisTracer {
  /** Oldest operator set whose broadcasting the rules describe. */
  public static final int OLDEST_OPSET = 7;

  private final OnnxModel model;
  private final Map<String, long[]> shapes;
  private final Rules rules;
  private final Axes axes = new Axes();
  private final List<Declined> declined = new ArrayList<>();

  private AxisTracer(OnnxModel model, Map<String, long[]> shapes, Rules rules) {
    this.model = model;
    this.shapes = shapes;
    this.rules = rules;
  }

  /**
   * @param model the model
   * @param shapes the concrete shape of every value at batch size 1; a value may be missing, then
   *     no rule is applied to its nodes
   * @param rules the operators that are understood
   * @throws OnnxException where the model cannot be traced; says where
   */
  public static Traced trace(OnnxModel model, Map<String, long[]> shapes, Rules rules) {
    if (model.opset() < OLDEST_OPSET) {
      throw new OnnxException(
          "opset " + model.opset(), "convert the model to opset " + OLDEST_OPSET + " or later");
    }
    AxisTracer tracer = new AxisTracer(model, shapes, rules);
    tracer.walk();
    return Grouping.of(model, shapes, rules, tracer.axes, tracer.declined);
  }

  private void walk() {
    for (Tensor tensor : model.initializers().values()) {
      axes.put(tensor.name(), axes.fresh(tensor.dims()));
    }
    for (ValueInfoProto input : model.inputs()) {
      axes.put(input.getName(), axes.fixed(shapeOf(input.getName())));
      declined.add(new Declined(input.getName(), "Input", "graph inputs keep their shape"));
    }
    for (SparseTensorProto sparse : model.proto().getGraph().getSparseInitializerList()) {
      long[] dims = sparse.getDimsList().stream().mapToLong(Long::longValue).toArray();
      axes.put(sparse.getValues().getName(), axes.fixed(dims));
    }
    model.nodes().forEach(this::flow);
    for (ValueInfoProto output : model.outputs()) {
      axes.fix(List.of(output.getName()));
      declined.add(new Declined(output.getName(), "Output", "graph outputs keep their shape"));
    }
    Feedback.of(model).forEach(feedback -> feedback.tie(axes));
  }

  private void flow(Node node) {
    Optional<OperatorRule> rule = rules.of(node);
    Optional<String> reason =
        rule.isEmpty()
            ? Optional.of("no rule for this operator: its inputs and outputs keep their shapes")
            : unknownShape(node)
                .map(value -> "the shape of \"" + value + "\" is not known")
                .or(() -> apply(rule.get(), node));
    if (reason.isPresent()) {
      axes.fix(node.inputs());
      captured(node.proto(), axes);
      for (String output : node.outputs()) {
        axes.put(output, axes.fixed(shapeOf(output)));
      }
      declined.add(new Declined(node.name(), node.operator(), reason.get()));
    }
  }

  private Optional<String> apply(OperatorRule rule, Node node) {
    try {
      Optional<String> reason = rule.flow(node, axes);
      if (reason.isEmpty()) {
        node.outputs().forEach(output -> check(node, output));
      }
      return reason;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new OnnxException("node " + node, "its inputs do not fit: " + e.getMessage(), e);
    }
  }

  private void check(Node node, String output) {
    int[][] traced = axes.of(output);
    long[] shape = shapeOf(output);
    boolean same = traced.length == shape.length;
    for (int axis = 0; same && axis < shape.length; axis++) {
      same = traced[axis].length == shape[axis];
    }
    if (!same) {
      throw new IllegalArgumentException("output \"" + output + "\" has another shape");
    }
  }

  /** Fixes what the node's sub-graphs read from around them. */
  private static void captured(NodeProto node, Axes axes) {
    for (AttributeProto attribute : node.getAttributeList()) {
      List<GraphProto> graphs = new ArrayList<>(attribute.getGraphsList());
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      for (GraphProto graph : graphs) {
        graph.getOutputList().forEach(output -> axes.fix(List.of(output.getName())));
        for (NodeProto inner : graph.getNodeList()) {
          axes.fix(inner.getInputList());
          captured(inner, axes);
        }
      }
    }
  }

  private Optional<String> unknownShape(Node node) {
    return Stream.concat(node.inputs().stream(), node.outputs().stream())
        .filter(value -> !value.isEmpty() && !shapes.containsKey(value))
        .findFirst();
  }

  private long[] shapeOf(String value) {
    return shapes.getOrDefault(value, new long[0]);
  }
}
