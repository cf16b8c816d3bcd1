package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.Pass;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;

/**
 * Resize and Upsample, axis by axis: each output slice is a weighted sum of a few input slices.
 * Scales, sizes and regions are fixed.
 */
final class ResizeRule implements OperatorRule {
  /**
   * The sizes that a node asks for, of the axes it names.
   *
   * @param axes from 0
   * @param outputs lengths
   * @param scales output over input, as the coordinates see them
   * @param roi starts, then ends; empty where there is none
   */
  private record Request(int[] axes, long[] outputs, float[] scales, double[] roi) {}

  @Override
  public Use use(Node node, int input) {
    return input == 0 ? Use.TRAINED : Use.FIXED;
  }

  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 1, 4, 1);
    boolean old = node.proto().getOpType().equals("Upsample") || node.inputs().size() == 2;
    Interpolation interpolation = Interpolation.of(node, old);
    double filler = node.floatAttribute("extrapolation_value", 0);
    return (inputs, pass) -> {
      NDArray y = inputs.get(0);
      Request request = request(node, inputs, old);
      long[] made = Values.dims(y).clone();
      for (int i = 0; i < request.axes.length; i++) {
        made[request.axes[i]] = request.outputs[i];
      }
      ValueSizes.limit(node, made);
      boolean crop = interpolation.coordinates().equals("tf_crop_and_resize");
      int count = request.axes.length;
      for (int i = 0; i < count; i++) {
        int axis = request.axes[i];
        long in = y.getShape().get(axis);
        if (!crop && in == request.outputs[i] && request.scales[i] == 1) {
          continue;
        }
        ValueSizes.limitInJava(node, interpolation.count(request.scales[i]), request.outputs[i]);
        boolean region = crop && request.roi.length == 2 * count;
        Interpolation.Taps taps =
            interpolation.taps(
                Math.toIntExact(in),
                Math.toIntExact(request.outputs[i]),
                request.scales[i],
                region ? (float) request.roi[i] : 0,
                region ? (float) request.roi[i + count] : 1);
        y = apply(y, axis, taps, filler, pass);
      }
      return new NDList(y);
    };
  }

  private static NDArray apply(
      NDArray x, int axis, Interpolation.Taps taps, double filler, Pass pass) {
    long[] along = new long[Values.rank(x)];
    Arrays.fill(along, 1);
    along[axis] = taps.indices()[0].length;
    NDArray y = null;
    for (int tap = 0; tap < taps.indices().length; tap++) {
      NDArray part = Nd.pick(x, axis, taps.indices()[tap]);
      if (taps.weights() != null) {
        part = part.mul(Nd.of(pass, taps.weights()[tap], along));
      }
      y = y == null ? part : y.add(part);
    }
    if (taps.outside() == null) {
      return y;
    }
    NDArray outside = pass.manager().create(taps.outside(), new Shape(along));
    return Nd.where(outside, y.zerosLike().add(filler), y);
  }

  private static Request request(Node node, NDList inputs, boolean old) {
    NDArray x = inputs.get(0);
    double[] scales = values(inputs, old ? 1 : 2);
    double[] sizes = old ? new double[0] : values(inputs, 3);
    double[] roi = old ? new double[0] : values(inputs, 1);
    if (old && scales.length == 0) {
      scales =
          node.attribute("scales").stream()
              .flatMap(a -> a.getFloatsList().stream())
              .mapToDouble(Float::doubleValue)
              .toArray();
    }
    long[] named = node.intsAttribute("axes");
    int[] axes =
        named.length == 0
            ? Nd.axes(0, Values.rank(x))
            : Arrays.stream(named)
                .mapToInt(axis -> Values.axis(node, axis, Values.rank(x)))
                .toArray();
    if ((scales.length == 0 ? sizes : scales).length != axes.length) {
      throw Values.declined(
          node,
          scales.length
              + " scales and "
              + sizes.length
              + " sizes do not fit "
              + axes.length
              + " axes");
    }
    long[] outputs = new long[axes.length];
    float[] factors = new float[axes.length];
    for (int i = 0; i < axes.length; i++) {
      long in = x.getShape().get(axes[i]);
      factors[i] = (float) (scales.length > 0 ? scales[i] : sizes[i] / in);
      outputs[i] = (long) (scales.length > 0 ? Math.floor(in * factors[i]) : sizes[i]);
    }
    if (scales.length == 0) {
      keepRatio(node, x, axes, outputs, factors);
    }
    for (long output : outputs) {
      if (output < 1) {
        throw Values.declined(node, "makes an output of lengths " + Arrays.toString(outputs));
      }
    }
    return new Request(axes, outputs, factors, roi);
  }

  private static void keepRatio(Node node, NDArray x, int[] axes, long[] outputs, float[] factors) {
    String policy = node.stringAttribute("keep_aspect_ratio_policy", "stretch");
    if (policy.equals("stretch")) {
      return;
    }
    float factor = factors[0];
    for (float other : factors) {
      factor = policy.equals("not_larger") ? Math.min(factor, other) : Math.max(factor, other);
    }
    for (int i = 0; i < axes.length; i++) {
      factors[i] = factor;
      outputs[i] = Math.round(factor * (double) x.getShape().get(axes[i]));
    }
  }

  private static double[] values(NDList inputs, int position) {
    NDArray given = Values.input(inputs, position);
    return given == null ? new double[0] : Nd.doubles(given);
  }
}
