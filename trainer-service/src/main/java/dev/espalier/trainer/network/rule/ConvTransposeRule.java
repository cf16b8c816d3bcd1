package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.ArrayList;
import java.util.List;

/**
 * Transposed convolution over 1 to 3 spatial axes: {@code X} [batch, C, ...], {@code W} [C, M /
 * group, ...], output [batch, M, ...], where element {@code i * stride + k * dilation - pad} sums
 * {@code x[i] * w[k]}.
 *
 * <p>The engine's own is out of reach of DJL, so the output is made phase by phase: of the elements
 * whose index is {@code r} modulo the stride, each is a plain convolution of x with every {@code
 * stride / gcd(stride, dilation)}-th tap of the kernel, flipped. So no product with an inserted
 * zero is ever computed.
 */
final class ConvTransposeRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 2, 3, 1);
    int group = Math.toIntExact(node.intAttribute("group", 1));
    if (group < 1) {
      throw Values.declined(node, "group " + group + " is below 1");
    }
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray w = inputs.get(1);
      check(node, x, w, group);
      TransposedAxis[] axes = TransposedAxis.of(node, x.getShape(), w.getShape());
      long[] made = Values.dims(x).clone();
      made[1] = w.getShape().get(1) * group;
      for (int i = 0; i < axes.length; i++) {
        made[i + 2] = axes[i].made();
      }
      ValueSizes.limit(node, made);
      NDArray whole = phases(x, forward(w, group), axes, group);
      for (int axis = 0; axis < axes.length; axis++) {
        whole = axes[axis].cut(whole, axis + 2);
      }
      NDArray bias = Values.input(inputs, 2);
      if (bias == null) {
        return new NDList(whole);
      }
      long[] along = Nd.ones(axes.length + 1, 0, bias.size());
      return new NDList(whole.add(Values.reshaped(bias, along)));
    };
  }

  private static void check(Node node, NDArray x, NDArray w, int group) {
    Shape xs = x.getShape();
    Shape ws = w.getShape();
    if (xs.dimension() < 3
        || xs.dimension() > 5
        || xs.dimension() != ws.dimension()
        || xs.get(1) != ws.get(0)
        || xs.get(1) % group != 0) {
      throw Values.declined(
          node, "X " + xs + " and W " + ws + " do not fit together with group " + group);
    }
  }

  /** From [C, M / group, ...] to what a plain convolution takes, [M, C / group, ...], flipped. */
  private static NDArray forward(NDArray w, int group) {
    long[] dims = Values.dims(w);
    long[] split = new long[dims.length + 1];
    split[0] = group;
    split[1] = dims[0] / group;
    System.arraycopy(dims, 1, split, 2, dims.length - 1);
    long[] joined = dims.clone();
    joined[0] = group * dims[1];
    joined[1] = dims[0] / group;
    return Values.reshaped(Values.reshaped(w, split).swapAxes(1, 2), joined)
        .flip(Nd.axes(2, dims.length));
  }

  private static NDArray phases(NDArray x, NDArray kernel, TransposedAxis[] axes, int group) {
    return phase(x, kernel, axes, group, 0, new TransposedAxis.Phase[axes.length]);
  }

  /** Runs through the phases of one axis after the other, the innermost convolves. */
  private static NDArray phase(
      NDArray x,
      NDArray kernel,
      TransposedAxis[] axes,
      int group,
      int axis,
      TransposedAxis.Phase[] chosen) {
    if (axis == axes.length) {
      return convolve(x, kernel, chosen, group);
    }
    List<NDArray> parts = new ArrayList<>();
    for (TransposedAxis.Phase phase : axes[axis].phases()) {
      chosen[axis] = phase;
      parts.add(phase(x, kernel, axes, group, axis + 1, chosen));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    NDArray stacked = Nd.stack(parts, axis + 3);
    long[] dims = Values.dims(parts.getFirst()).clone();
    dims[axis + 2] *= parts.size();
    return Values.reshaped(stacked, dims);
  }

  private static NDArray convolve(
      NDArray x, NDArray kernel, TransposedAxis.Phase[] phases, int group) {
    NDArray input = x;
    NDArray taps = kernel;
    long[] ones = new long[phases.length];
    long[] zeros = new long[phases.length];
    long[] dilations = new long[phases.length];
    for (int i = 0; i < phases.length; i++) {
      TransposedAxis.Phase phase = phases[i];
      if (phase.taps() == 0) {
        return nothing(x, kernel, phases);
      }
      ones[i] = 1;
      dilations[i] = phase.dilation();
      input = Nd.pad(input, i + 2, phase.before(), phase.after(), 0);
      taps = Nd.slice(taps, i + 2, phase.first(), kernel.getShape().get(i + 2), phase.step());
    }
    return JniUtils.convolution(
        (PtNDArray) input,
        (PtNDArray) taps,
        null,
        new Shape(ones),
        new Shape(zeros),
        new Shape(dilations),
        group);
  }

  private static NDArray nothing(NDArray x, NDArray kernel, TransposedAxis.Phase[] phases) {
    long[] dims = new long[phases.length + 2];
    dims[0] = x.getShape().get(0);
    dims[1] = kernel.getShape().get(0);
    for (int i = 0; i < phases.length; i++) {
      dims[i + 2] = phases[i].length();
    }
    return x.getManager().zeros(new Shape(dims), x.getDataType());
  }
}
