package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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

  private final Prepared prepared;
  private final OnnxModel model;
  private final Rules rules;
  private final Axes axes;
  private final HeldBack heldBack;

  private AxisTracer(Prepared prepared, Rules rules) {
    this.prepared = prepared;
    this.model = prepared.model();
    this.rules = rules;
    axes = new Axes(prepared);
    heldBack = new HeldBack(axes.ties());
  }

  /**
   * @param prepared the model; to a node of whose values the shape is not known, no rule is applied
   * @param rules the operators that are understood
   * @throws OnnxException where the model cannot be traced; says where
   */
  public static Traced trace(Prepared prepared, Rules rules) {
    long opset = prepared.model().opset();
    if (opset < OLDEST_OPSET) {
      throw new OnnxException(
          "opset " + opset, "convert the model to opset " + OLDEST_OPSET + " or later");
    }
    AxisTracer tracer = new AxisTracer(prepared, rules);
    tracer.walk();
    return Grouping.of(
        prepared,
        rules,
        tracer.axes,
        tracer.heldBack.declined(prepared.model().initializers().values(), tracer.axes));
  }

  private void walk() {
    for (Tensor tensor : model.initializers().values()) {
      // What is not trained is a bound, a shape or a mask; the rules that read it know what it
      // says.
      axes.put(
          tensor.name(),
          tensor.isFloatingPoint()
              ? axes.fresh(tensor.dims())
              : axes.fixed(Arrays.stream(tensor.dims()).asLongStream().toArray()));
    }
    model
        .opaque()
        .forEach(
            (name, dims) ->
                axes.put(name, axes.fixed(Arrays.stream(dims).asLongStream().toArray())));
    model
        .inputs()
        .forEach(
            input -> {
              axes.put(input.getName(), axes.fixed(axes.shape(input.getName())));
              heldBack.add(input.getName(), "Input", "graph inputs keep their shape", List.of());
            });
    model
        .proto()
        .getGraph()
        .getSparseInitializerList()
        .forEach(
            sparse ->
                axes.put(
                    sparse.getValues().getName(),
                    axes.fixed(
                        sparse.getDimsList().stream().mapToLong(Long::longValue).toArray())));
    model.nodes().forEach(this::flow);
    model
        .outputs()
        .forEach(
            output ->
                decline(
                    output.getName(),
                    "Output",
                    "graph outputs keep their shape",
                    List.of(output.getName())));
    Feedback.of(model).forEach(feedback -> feedback.tie(axes));
    axes.resolve();
    Untouched.fix(model, axes);
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
      List<String> read = new ArrayList<>(node.inputs());
      read.addAll(node.captured());
      decline(node.name(), node.operator(), reason.get(), read);
      for (String output : node.outputs()) {
        axes.put(output, axes.fixed(axes.shape(output)));
      }
    }
  }

  private void decline(String name, String operator, String reason, Collection<String> values) {
    List<int[]> held = values.stream().flatMap(value -> Arrays.stream(axes.of(value))).toList();
    heldBack.add(name, operator, reason, held);
    axes.fix(values);
  }

  private Optional<String> apply(OperatorRule rule, Node node) {
    try {
      Optional<String> reason = rule.flow(node, axes);
      if (reason.isEmpty()) {
        node.outputs().forEach(output -> check(node, output));
      }
      return reason;
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | ArithmeticException e) {
      return Optional.of("its inputs are not as the rule expects: " + e.getMessage());
    }
  }

  private void check(Node node, String output) {
    if (output.isEmpty()) {
      return;
    }
    int[][] traced = axes.of(output);
    long[] shape = axes.shape(output);
    boolean same = traced.length == shape.length;
    for (int axis = 0; same && axis < shape.length; axis++) {
      same = traced[axis].length == shape[axis];
    }
    if (!same) {
      throw new IllegalArgumentException(
          "output \"%s\" of %s has shape %s"
              .formatted(output, node.operator(), Arrays.toString(shape)));
    }
  }

  private Optional<String> unknownShape(Node node) {
    Map<String, long[]> shapes = prepared.shapes();
    return Stream.concat(node.inputs().stream(), node.outputs().stream())
        .filter(value -> !value.isEmpty() && !shapes.containsKey(value))
        .findFirst();
  }
}
