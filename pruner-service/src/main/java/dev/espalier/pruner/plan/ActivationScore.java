package dev.espalier.pruner.plan;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.gradient.Emitter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How strong a unit's activations are where they are used: the mean over samples and positions of
 * |a|, summed over the values that its consumers read (see {@link Readings}: what lies before an
 * activation function does not count).
 */
public final class ActivationScore extends CalibratedScore {
  public ActivationScore(Calibration calibration, ScoreOptions options) {
    super(calibration, options);
  }

  @Override
  ScoreRun open(Calibrated calibrated, int size) {
    OnnxModel model = calibrated.traced().model();
    Map<String, long[]> shapes = calibrated.shapes(size);
    ModelProto.Builder extended = model.proto().toBuilder();
    GraphProto.Builder graph = extended.getGraphBuilder().clearOutput();
    Emitter emit = new Emitter("espalier.score/", graph, model.opset());
    Map<String, String> magnitudes = new HashMap<>();
    Map<String, String> outputs = new HashMap<>();
    List<ScoreRun.Sum> sums = new ArrayList<>();
    for (Reading reading : calibrated.readings()) {
      String value = reading.value();
      for (int axis = 0; axis < reading.slots().length; axis++) {
        int[] slots = reading.slots()[axis];
        if (slots != null) {
          int[] others = calibrated.others(axis, reading.slots().length);
          String output =
              outputs.computeIfAbsent(
                  value + " " + axis,
                  key -> {
                    String magnitude = magnitudes.computeIfAbsent(value, v -> emit.node("Abs", v));
                    String sum = emit.reshape(emit.sum(magnitude, others), -1, slots.length);
                    graph.addOutput(ValueInfoProto.newBuilder().setName(sum));
                    return sum;
                  });
          sums.add(
              new ScoreRun.Sum(output, value, slots, weights(slots, shapes.get(value), others)));
        }
      }
    }
    return ScoreRun.open(OnnxModel.of(extended.build()), size, sums, (batch, inputs) -> {});
  }

  /** One over the positions at which a unit lies: its indices of the axis times all others. */
  private static double[] weights(int[] slots, long[] shape, int[] others) {
    double positions = 1;
    for (int other : others) {
      positions *= shape[other];
    }
    Map<Integer, Integer> indices = new HashMap<>();
    for (int slot : slots) {
      indices.merge(slot, 1, Integer::sum);
    }
    double[] weights = new double[slots.length];
    for (int i = 0; i < slots.length; i++) {
      weights[i] = 1 / (positions * indices.get(slots[i]));
    }
    return weights;
  }

  @Override
  void add(Calibrated calibrated, ScoreRun run, Samples.Batch batch, double[] sums) {
    run.run(batch, (row, slot, sum) -> sums[slot] += sum);
  }
}
