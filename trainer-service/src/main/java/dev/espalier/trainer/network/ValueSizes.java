package dev.espalier.trainer.network;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bounds the values that a graph makes, without the engine. */
public final class ValueSizes {
  /** Most elements that a value may have: half a gigabyte in float32. */
  public static final long MOST = 1L << 27;

  private ValueSizes() {}

  /**
   * @param model a model that {@link OperatorRules#check} takes
   * @param input shape of its one input
   * @throws OnnxException where a node's inputs do not fit together or its output has more than
   *     {@link #MOST} elements; names the node
   */
  public static void check(OnnxModel model, long... input) {
    shapes(model, input);
  }

  /** The shapes of all values that the outputs need, by name. */
  static Map<String, long[]> shapes(OnnxModel model, long... input) {
    String fed = model.inputs().getFirst().getName();
    List<String> outputs = model.outputs().stream().map(ValueInfoProto::getName).toList();
    Map<String, long[]> shapes = new HashMap<>();
    model
        .initializers()
        .forEach(
            (name, tensor) ->
                shapes.put(name, Arrays.stream(tensor.dims()).asLongStream().toArray()));
    shapes.put(fed, input);
    for (Node node : EvaluationPlan.of(model, Set.of(fed), outputs).nodes()) {
      long[] shape = shape(node, shapes);
      double elements = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
      if (elements > MOST) {
        throw new OnnxException(
            "node " + node,
            "would make a value of "
                + Arrays.toString(shape)
                + ", more than "
                + MOST
                + " elements; lower batch_size or check the model");
      }
      shapes.put(node.outputs().getFirst(), shape);
    }
    return shapes;
  }

  private static long[] shape(Node node, Map<String, long[]> shapes) {
    long[] a = input(node, 0, shapes);
    return switch (node.operator()) {
      case "Add" -> broadcast(node, a, input(node, 1, shapes));
      case "MatMul" -> product(node, a, input(node, 1, shapes));
      case "Gemm" -> {
        long[] b = input(node, 1, shapes);
        if (a.length != 2 || b.length != 2) {
          throw misfit(node, a, b);
        }
        long[] product =
            product(
                node,
                node.intAttribute("transA", 0) != 0 ? new long[] {a[1], a[0]} : a,
                node.intAttribute("transB", 0) != 0 ? new long[] {b[1], b[0]} : b);
        boolean added = node.inputs().size() > 2 && !node.input(2).isEmpty();
        yield added ? broadcast(node, product, input(node, 2, shapes)) : product;
      }
      default -> a;
    };
  }

  private static long[] input(Node node, int index, Map<String, long[]> shapes) {
    long[] shape = shapes.get(node.inputs().get(index));
    if (shape == null) {
      throw new OnnxException(
          "node " + node,
          "its input " + node.inputs().get(index) + " is made by nothing before it");
    }
    return shape;
  }

  /** As numpy.matmul: matrices in the last two axes, broadcast over the others. */
  private static long[] product(Node node, long[] a, long[] b) {
    if (a.length == 0 || b.length == 0) {
      throw misfit(node, a, b);
    }
    long[] left = a.length == 1 ? new long[] {1, a[0]} : a;
    long[] right = b.length == 1 ? new long[] {b[0], 1} : b;
    if (left[left.length - 1] != right[right.length - 2]) {
      throw misfit(node, a, b);
    }
    long[] stack =
        broadcast(
            node, Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2));
    int axes = stack.length;
    long[] product = Arrays.copyOf(stack, axes + 2);
    product[axes] = left[left.length - 2];
    product[axes + 1] = right[right.length - 1];
    if (b.length == 1) {
      product = Arrays.copyOf(product, axes + 1);
    }
    if (a.length == 1) {
      long last = product[product.length - 1];
      product = Arrays.copyOf(product, product.length - 1);
      if (b.length > 1) {
        product[product.length - 1] = last;
      }
    }
    return product;
  }

  private static long[] broadcast(Node node, long[] a, long[] b) {
    long[] shape = new long[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      long x = i <= a.length ? a[a.length - i] : 1;
      long y = i <= b.length ? b[b.length - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw misfit(node, a, b);
      }
      shape[shape.length - i] = x == 1 ? y : x;
    }
    return shape;
  }

  private static OnnxException misfit(Node node, long[] a, long[] b) {
    return new OnnxException(
        "node " + node,
        "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit together");
  }
}
