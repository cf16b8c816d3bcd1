package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/** What the rules share: checks of a node's form, reading of small values, axes. */
final class Values {
  private Values() {}

  /**
   * @param fewest inputs that must be there
   * @param most inputs that may be there
   * @param outputs most outputs
   * @throws OnnxException where the node has not so many
   */
  static void arity(Node node, int fewest, int most, int outputs) {
    int inputs = node.inputs().size();
    if (inputs < fewest || inputs > most || node.outputs().size() > outputs) {
      throw new OnnxException(
          "node " + node,
          inputs + " inputs and " + node.outputs().size() + " outputs do not fit its operator");
    }
    for (int i = 0; i < fewest; i++) {
      if (node.input(i).isEmpty()) {
        throw new OnnxException("node " + node, "input " + i + " is missing");
      }
    }
  }

  static OnnxException declined(Node node, String why) {
    return new OnnxException("node " + node, why);
  }

  /** As the engine's own functions take it. */
  static PtNDArray pt(NDArray array) {
    return (PtNDArray) array;
  }

  /**
   * @return the input, or null where it is omitted
   */
  static NDArray input(NDList inputs, int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** The elements of an integer array, row-major. */
  static long[] longs(NDArray array) {
    if (array.size() == 0) {
      return new long[0];
    }
    return array.getDataType() == DataType.INT64
        ? array.toLongArray()
        : Arrays.stream(array.toIntArray()).asLongStream().toArray();
  }

  /** The value of an array of one element. */
  static double number(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT32 -> array.toFloatArray()[0];
      case FLOAT64 -> array.toDoubleArray()[0];
      case INT64, INT32 -> longs(array)[0];
      default -> array.toType(DataType.FLOAT64, false).toDoubleArray()[0];
    };
  }

  /**
   * A number as an array of rank 0 and of another's element type. The engine's arithmetic with Java
   * numbers keeps them in memory that may be gone when a gradient needs them; this owns its own.
   */
  static NDArray scalar(NDArray like, double value) {
    return JniUtils.full(
        pt(like).getManager(),
        new Shape(),
        value,
        like.getDataType(),
        like.getDevice(),
        SparseFormat.DENSE);
  }

  static boolean isFloat(NDArray array) {
    return array.getDataType().isFloating();
  }

  static long[] dims(NDArray array) {
    return array.getShape().getShape();
  }

  static int rank(NDArray array) {
    return array.getShape().dimension();
  }

  static NDArray reshaped(NDArray array, long... dims) {
    return array.reshape(new Shape(dims));
  }

  /**
   * @param axis counted from the end where it is negative
   * @throws OnnxException where there is no such axis
   */
  static int axis(Node node, long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw declined(node, "axis " + axis + " is none of a value of rank " + rank);
    }
    return (int) counted;
  }

  /**
   * @return the axes, each from 0, in ascending order
   * @throws OnnxException where there is no such axis or one comes twice
   */
  static int[] axes(Node node, long[] axes, int rank) {
    int[] counted = Arrays.stream(axes).mapToInt(axis -> axis(node, axis, rank)).sorted().toArray();
    for (int i = 1; i < counted.length; i++) {
      if (counted[i] == counted[i - 1]) {
        throw declined(node, "axis " + counted[i] + " comes twice in " + Arrays.toString(axes));
      }
    }
    return counted;
  }

  /**
   * The shape that two broadcast to, within the bound of a value.
   *
   * @throws OnnxException where they do not fit together or the shape is too large
   */
  static long[] broadcast(Node node, long[] a, long[] b) {
    long[] shape = new long[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      long x = i <= a.length ? a[a.length - i] : 1;
      long y = i <= b.length ? b[b.length - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw declined(
            node,
            "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit together");
      }
      shape[shape.length - i] = x == 1 ? y : x;
    }
    ValueSizes.limit(node, shape);
    return shape;
  }
}
