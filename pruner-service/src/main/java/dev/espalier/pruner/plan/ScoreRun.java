package dev.espalier.pruner.plan;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Samples;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model that sums what a score looks at, loaded. Its sums are small, so that no activation ever
 * leaves the engine.
 */
record ScoreRun(Session session, int size, List<Sum> sums, Feeding feeding)
    implements AutoCloseable {
  /**
   * @param output name of the sums, samples by indices of the axis
   * @param value what was summed
   * @param slots the unit at each index, 0 for none
   * @param weights by what the sum at each index counts
   */
  record Sum(String output, String value, int[] slots, double[] weights) {}

  /** Adds to the graph inputs what a run needs besides. */
  interface Feeding {
    void feed(Samples.Batch batch, Map<String, Value> inputs);
  }

  static ScoreRun open(OnnxModel model, int size, List<Sum> sums, Feeding feeding) {
    return new ScoreRun(Session.open(model), size, sums, feeding);
  }

  /** Takes the weighted sum at one index of a reading's axis. */
  interface Taking {
    /**
     * @param row which sample of the batch
     * @param slot of the unit
     */
    void take(int row, int slot, double sum);
  }

  void run(Samples.Batch batch, Taking taking) {
    Map<String, Value> inputs = new LinkedHashMap<>(batch.inputs());
    feeding.feed(batch, inputs);
    Map<String, Value> results =
        session.run(inputs, sums.stream().map(Sum::output).distinct().toList());
    for (Sum sum : sums) {
      double[] elements = results.get(sum.output).elements();
      for (int i = 0; i < elements.length; i++) {
        int index = i % sum.slots.length;
        if (sum.slots[index] != 0) {
          if (!Double.isFinite(elements[i])) {
            throw new OnnxException(
                "value \"" + sum.value + "\"",
                "index %d has no finite score on the %d calibration samples from %d on: %s"
                    .formatted(index, size, batch.from(), elements[i]));
          }
          taking.take(i / sum.slots.length, sum.slots[index], elements[i] * sum.weights[index]);
        }
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
