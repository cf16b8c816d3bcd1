package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;

/**
 * Transposed convolution over 1 to 3 spatial axes: {@code X} [batch, C, ...], {@code W} [C, M /
 * group, ...], output [batch, M, ...], where element {@code i * stride + k * dilation - pad} sums
 * {@code x[i] * w[k]}.
 *
 * <p>The engine's own is out of reach of DJL, so it is a plain convolution followed by a shuffle.
 * Of the output's elements, those whose index is {@code r} modulo the stride (a phase) are a plain
 * convolution of x with every stride-th tap of the kernel from {@code r} on, flipped. All phases
 * are channels of one convolution, then laid between one another.
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
      made[0] = w.getShape().get(0);
      for (int i = 0; i < axes.length; i++) {
        made[i + 2] = axes[i].taps() * axes[i].stride();
      }
      ValueSizes.limit(node, made);
      NDArray whole = between(convolve(x, w, axes, group), axes);
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

  /** [batch, M * phases, elements...], the phases of the last axis innermost. */
  private static NDArray convolve(NDArray x, NDArray w, TransposedAxis[] axes, int group) {
    NDArray input = x;
    NDArray kernel = w;
    long[] ones = new long[axes.length];
    long[] spreads = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      input = axes[i].input(input, i + 2);
      kernel = axes[i].kernel(kernel, i + 2);
      ones[i] = 1;
      spreads[i] = axes[i].spread();
    }
    return JniUtils.convolution(
        pt(input),
        pt(byPhase(kernel, axes, group)),
        null,
        new Shape(ones),
        new Shape(new long[axes.length]),
        new Shape(spreads),
        group);
  }

  /** From [C, M / group, taps * stride...] to [M * phases, C / group, taps...], flipped. */
  private static NDArray byPhase(NDArray kernel, TransposedAxis[] axes, int group) {
    int n = axes.length;
    long c = kernel.getShape().get(0) / group;
    long m = kernel.getShape().get(1);
    long[] split = new long[3 + 2 * n];
    int[] order = new int[3 + 2 * n];
    long[] joined = new long[2 + n];
    split[0] = group;
    split[1] = c;
    split[2] = m;
    order[1] = 2;
    order[2 + n] = 1;
    joined[0] = group * m;
    joined[1] = c;
    for (int i = 0; i < n; i++) {
      split[3 + 2 * i] = axes[i].taps();
      split[4 + 2 * i] = axes[i].stride();
      order[2 + i] = 4 + 2 * i;
      order[3 + n + i] = 3 + 2 * i;
      joined[0] *= axes[i].stride();
      joined[2 + i] = axes[i].taps();
    }
    NDArray parts = Values.reshaped(kernel, split).transpose(order);
    return Values.reshaped(parts, joined).flip(Nd.axes(2, 2 + n));
  }

  /** From [batch, M * phases, elements...] to [batch, M, elements * phases...]. */
  private static NDArray between(NDArray phases, TransposedAxis[] axes) {
    int n = axes.length;
    long[] split = new long[2 + 2 * n];
    int[] order = new int[2 + 2 * n];
    long[] joined = new long[2 + n];
    joined[0] = phases.getShape().get(0);
    joined[1] = phases.getShape().get(1);
    order[1] = 1;
    for (int i = 0; i < n; i++) {
      split[2 + i] = axes[i].stride();
      split[2 + n + i] = axes[i].elements();
      order[2 + 2 * i] = 2 + n + i;
      order[3 + 2 * i] = 2 + i;
      joined[1] /= axes[i].stride();
      joined[2 + i] = axes[i].elements() * axes[i].stride();
    }
    split[0] = joined[0];
    split[1] = joined[1];
    return Values.reshaped(Values.reshaped(phases, split).transpose(order), joined);
  }
}
