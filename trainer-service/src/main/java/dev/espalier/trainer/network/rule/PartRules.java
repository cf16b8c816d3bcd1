package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.rank;
import static dev.espalier.trainer.network.rule.Values.reshaped;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Operators that take parts of values. */
public final class PartRules {
  private PartRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "Slice", PartRules::slice, "Split", PartRules::split, "Gather", PartRules::gather);
  }

  /** Bounds are attributes before operator set 10, inputs from then on. */
  private static Operation slice(Node node, Context context) {
    boolean attributes = context.opset() < 10;
    Values.arity(node, attributes ? 1 : 3, attributes ? 1 : 5, 1);
    return (inputs, pass) -> {
      PtNDArray x = pt(inputs.get(0));
      long[] starts = attributes ? node.intsAttribute("starts") : Values.longs(inputs.get(1));
      long[] ends = attributes ? node.intsAttribute("ends") : Values.longs(inputs.get(2));
      NDArray givenAxes = attributes ? null : Values.input(inputs, 3);
      NDArray givenSteps = attributes ? null : Values.input(inputs, 4);
      long[] axes = givenAxes == null ? node.intsAttribute("axes") : Values.longs(givenAxes);
      if (givenAxes == null && axes.length == 0) {
        axes = LongStream.range(0, starts.length).toArray();
      }
      long[] steps = new long[starts.length];
      Arrays.fill(steps, 1);
      if (givenSteps != null) {
        steps = Values.longs(givenSteps);
      }
      if (ends.length != starts.length
          || axes.length != starts.length
          || steps.length != starts.length) {
        throw Values.declined(node, "its starts, ends, axes and steps are not as many");
      }
      for (int i = 0; i < starts.length; i++) {
        x = slice(node, x, Values.axis(node, axes[i], rank(x)), starts[i], ends[i], steps[i]);
      }
      return new NDList(x);
    };
  }

  private static PtNDArray slice(
      Node node, PtNDArray x, int axis, long start, long end, long step) {
    long length = x.getShape().get(axis);
    if (step == 0) {
      throw Values.declined(node, "has a step of 0");
    }
    if (step > 0) {
      long from = Math.clamp(start < 0 ? start + length : start, 0, length);
      long to = Math.clamp(end < 0 ? end + length : end, from, length);
      return from == 0 && to == length && step == 1
          ? x
          : JniUtils.slice(x, axis, from, to, Math.min(step, Math.max(length, 1)));
    }
    if (length == 0) {
      return x;
    }
    long from = Math.clamp(start < 0 ? start + length : start, 0, length - 1);
    long to = Math.clamp(end < 0 ? end + length : end, -1, from);
    long stride = step < -length ? Math.max(length, 1) : -step;
    long count = (from - to + stride - 1) / stride;
    if (count <= 0) {
      return JniUtils.slice(x, axis, 0, 0, 1);
    }
    PtNDArray ascending = JniUtils.slice(x, axis, from - (count - 1) * stride, from + 1, stride);
    return JniUtils.flip(ascending, new long[] {axis});
  }

  /** Sizes are an attribute before operator set 13, an input from then on; else equal parts. */
  private static Operation split(Node node, Context context) {
    int parts = node.outputs().size();
    Values.arity(node, 1, 2, Integer.MAX_VALUE);
    long axis = node.intAttribute("axis", 0);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      int at = Values.axis(node, axis, rank(x));
      long length = x.getShape().get(at);
      NDArray given = Values.input(inputs, 1);
      long[] sizes = given == null ? node.intsAttribute("split") : Values.longs(given);
      if (given == null && sizes.length == 0) {
        sizes = new long[parts];
        long size = (length + parts - 1) / parts;
        for (int i = 0; i < parts; i++) {
          sizes[i] = Math.clamp(length - i * size, 0, size);
        }
      }
      if (sizes.length != parts || Arrays.stream(sizes).sum() != length) {
        throw Values.declined(
            node,
            "cannot split " + length + " into " + parts + " parts of " + Arrays.toString(sizes));
      }
      return JniUtils.split(pt(x), sizes, at);
    };
  }

  private static Operation gather(Node node, Context context) {
    Values.arity(node, 2, 2, 1);
    long axis = node.intAttribute("axis", 0);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      int at = Values.axis(node, axis, rank(x));
      return new NDList(gather(node, x, at, inputs.get(1)));
    };
  }

  /** Indices count from the end where they are negative. */
  static NDArray gather(Node node, NDArray x, int axis, NDArray indices) {
    long length = x.getShape().get(axis);
    long[] before = Arrays.copyOf(Values.dims(x), axis);
    long[] after = Arrays.copyOfRange(Values.dims(x), axis + 1, rank(x));
    long[] middle = Values.dims(indices);
    long[] shape = joined(before, middle, after);
    ValueSizes.limit(node, shape);
    if (indices.size() == 1) {
      long index = Values.longs(indices)[0];
      long from = index < 0 ? index + length : index;
      if (from < 0 || from >= length) {
        throw Values.declined(node, "index " + index + " is none of " + length);
      }
      return reshaped(JniUtils.slice(pt(x), axis, from, from + 1, 1), shape);
    }
    NDArray flat = indices.toType(ai.djl.ndarray.types.DataType.INT64, false).flatten();
    NDArray counted = JniUtils.where(pt(flat.lt(0L)), pt(flat.add(length)), pt(flat));
    long[] order = LongStream.range(0, rank(x)).toArray();
    System.arraycopy(order, 0, order, 1, axis);
    order[0] = axis;
    NDArray first = axis == 0 ? x : JniUtils.permute(pt(x), order);
    NDArray rows = reshaped(first, length, x.size() / Math.max(length, 1));
    NDArray taken = JniUtils.embedding(pt(counted), pt(rows), false);
    if (axis == 0) {
      return reshaped(taken, shape);
    }
    NDArray spread = reshaped(taken, joined(new long[] {flat.size()}, before, after));
    long[] back = LongStream.range(0, rank(x)).toArray();
    System.arraycopy(back, 1, back, 0, axis);
    back[axis] = 0;
    return reshaped(JniUtils.permute(pt(spread), back), shape);
  }

  private static long[] joined(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
  }
}
