package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Appends nodes and constants to a graph, in the spelling of its operator set. */
public final class Emitter {
  private final String prefix;
  private final GraphProto.Builder graph;
  private final long opset;
  private final Map<String, String> numbers = new HashMap<>();
  private int count;

  /**
   * @param prefix of the names of what is appended; no two emitters of a graph share one
   * @param opset version of the graph's operator set
   */
  public Emitter(String prefix, GraphProto.Builder graph, long opset) {
    this.prefix = prefix;
    this.graph = graph;
    this.opset = opset;
  }

  long opset() {
    return opset;
  }

  /**
   * @return the name of the node's only output
   */
  public String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).setName(next(operator));
    attributes.forEach((key, value) -> node.addAttribute(OnnxBuilder.attribute(key, value)));
    return node(node);
  }

  /**
   * @return the name of the node's only output
   */
  public String node(String operator, String... inputs) {
    return node(operator, List.of(inputs), Map.of());
  }

  /** Appends a node that has no outputs yet, and gives it one. */
  String node(NodeProto.Builder node) {
    String output = node.getName() + "_out";
    graph.addNode(node.addOutput(output));
    return output;
  }

  String next(String what) {
    return prefix + what + count++;
  }

  /** A scalar constant. */
  String number(ElementType type, double number) {
    return numbers.computeIfAbsent(
        type + " " + number, key -> tensor(type, new int[0], new double[] {number}));
  }

  /** A constant, its elements in row-major order. */
  String tensor(ElementType type, int[] dims, double[] elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(elements.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double element : elements) {
      switch (type) {
        case DOUBLE -> bytes.putDouble(element);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) element));
        case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits((float) element) >>> 16));
        default -> bytes.putFloat((float) element);
      }
    }
    String name = next("constant");
    graph.addInitializer(new Tensor(name, type, dims, ByteString.copyFrom(bytes.flip())).toProto());
    return name;
  }

  /** A constant list of int64. */
  String integers(long... values) {
    return numbers.computeIfAbsent(
        Arrays.toString(values),
        key -> {
          String name = next("constant");
          graph.addInitializer(Tensor.of(name, new int[] {values.length}, values).toProto());
          return name;
        });
  }

  /** An element of the shape may be -1, then it is what remains. */
  public String reshape(String x, long... shape) {
    return node("Reshape", x, integers(shape));
  }

  String expand(String x, long... shape) {
    return node("Expand", x, integers(shape));
  }

  String transpose(String x, int... order) {
    long[] perm = Arrays.stream(order).asLongStream().toArray();
    return node("Transpose", List.of(x), Map.of("perm", perm));
  }

  String cast(String x, ElementType type) {
    return node("Cast", List.of(x), Map.of("to", type.code()));
  }

  /** A sum over axes, which stay with length 1. */
  public String sum(String x, int... axes) {
    return reduce("ReduceSum", 13, x, axes);
  }

  /** The largest element over axes, which stay with length 1. */
  String max(String x, int... axes) {
    return reduce("ReduceMax", 18, x, axes);
  }

  /**
   * @param axesAreInput the first operator set in which the operator's axes are an input
   */
  private String reduce(String operator, int axesAreInput, String x, int... axes) {
    if (axes.length == 0) {
      return x;
    }
    long[] list = Arrays.stream(axes).asLongStream().toArray();
    return opset < axesAreInput
        ? node(operator, List.of(x), Map.of("axes", list, "keepdims", 1))
        : node(operator, List.of(x, integers(list)), Map.of("keepdims", 1));
  }

  /** Zeros added, or where negative elements cut off, at both ends of every axis. */
  String pad(String x, ElementType type, long[] begin, long[] end) {
    long[] pads =
        IntStream.range(0, 2 * begin.length)
            .mapToLong(i -> i < begin.length ? begin[i] : end[i - begin.length])
            .toArray();
    return Arrays.stream(pads).allMatch(pad -> pad == 0)
        ? x
        : node("Pad", x, integers(pads), number(type, 0));
  }

  String slice(String x, long[] starts, long[] ends, long[] steps) {
    long[] axes = IntStream.range(0, starts.length).asLongStream().toArray();
    return node("Slice", x, integers(starts), integers(ends), integers(axes), integers(steps));
  }

  /** Undoes numpy's broadcasting: sums over what was stretched. */
  String sumTo(String x, long[] from, long[] to) {
    if (Arrays.equals(from, to)) {
      return x;
    }
    int lead = from.length - to.length;
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < from.length; axis++) {
      if (axis < lead || to[axis - lead] != from[axis]) {
        axes.add(axis);
      }
    }
    return reshape(sum(x, axes.stream().mapToInt(Integer::intValue).toArray()), to);
  }

  /**
   * The product along one axis with a matrix: {@code result[.., j, ..] = sum_i x[.., i, ..] *
   * matrix[i, j]}.
   */
  String along(String x, int rank, int axis, String matrix) {
    if (axis == rank - 1) {
      return node("MatMul", x, matrix);
    }
    int[] order = IntStream.range(0, rank).toArray();
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    return transpose(node("MatMul", transpose(x, order), matrix), order);
  }
}
