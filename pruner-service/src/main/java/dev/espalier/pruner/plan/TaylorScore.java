package dev.espalier.pruner.plan;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.gradient.Emitter;
import dev.espalier.pruner.gradient.GradientGraph;
import dev.espalier.pruner.gradient.Gradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much the loss would change without a unit, to first order (Molchanov et al. 2017, arXiv
 * 1611.06440): the mean over samples of |sum of a * dL/da|, the sum over all positions where the
 * unit's consumers read it (see {@link Readings}) and with respect to these readings alone. That is
 * |dL/dm| of a mask m that multiplies the unit wherever it is summed over, as the masked twin does.
 *
 * <p>The loss is that of the labels {@code y} where the calibration data has them: cross-entropy
 * where they are integers, one a row of logits, else the mean square error. Without labels it is
 * the outputs' energy, see {@link dev.espalier.pruner.gradient.Loss.Energy}.
 */
public final class TaylorScore extends CalibratedScore {
  public TaylorScore(Calibration calibration, ScoreOptions options) {
    super(calibration, options);
  }

  @Override
  ScoreRun open(Calibrated calibrated, int size) {
    List<Reading> readings = calibrated.readings();
    Map<String, long[]> shapes = new LinkedHashMap<>(calibrated.shapes(size));
    OnnxModel model = Taps.apply(calibrated.traced().model(), readings, shapes);
    Labels labels = Labels.of(calibrated, shapes);
    List<String> taps = new ArrayList<>();
    for (int r = 0; r < readings.size(); r++) {
      taps.add(Taps.name(r));
    }
    Gradients gradients = GradientGraph.of(model, shapes, taps, labels.loss(), size);
    ModelProto.Builder extended = gradients.model().proto().toBuilder();
    GraphProto.Builder graph = extended.getGraphBuilder().clearOutput();
    Emitter emit = new Emitter("espalier.score/", graph, model.opset());
    List<ScoreRun.Sum> sums = new ArrayList<>();
    for (int r = 0; r < taps.size(); r++) {
      String gradient = gradients.of().get(taps.get(r));
      if (gradient == null) {
        continue;
      }
      String product = emit.node("Mul", taps.get(r), gradient);
      int[][] slots = readings.get(r).slots();
      for (int axis = 0; axis < slots.length; axis++) {
        if (slots[axis] != null) {
          String sum = emit.sum(product, calibrated.others(axis, slots.length));
          String output = emit.reshape(sum, -1, slots[axis].length);
          graph.addOutput(ValueInfoProto.newBuilder().setName(output));
          sums.add(
              new ScoreRun.Sum(
                  output, readings.get(r).value(), slots[axis], ones(slots[axis].length)));
        }
      }
    }
    if (sums.isEmpty()) { // a model must have an output
      graph.addOutput(ValueInfoProto.newBuilder().setName(gradients.loss()));
    }
    return ScoreRun.open(OnnxModel.of(extended.build()), size, sums, labels::feed);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  void add(Calibrated calibrated, ScoreRun run, Samples.Batch batch, double[] sums) {
    int rows = calibrated.perSample() ? batch.size() : 1;
    double[][] changes = new double[rows][sums.length];
    run.run(batch, (row, slot, sum) -> changes[row][slot] += sum);
    for (double[] change : changes) {
      for (int slot = 0; slot < sums.length; slot++) {
        sums[slot] += rows * Math.abs(change[slot]);
      }
    }
  }
}
