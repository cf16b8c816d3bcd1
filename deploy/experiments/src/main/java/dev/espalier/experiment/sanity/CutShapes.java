package dev.espalier.experiment.sanity;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Whether a cut model still runs, alone in ONNX Runtime, and gives what the original gives. */
final class CutShapes {
  private static final int[] BATCHES = {1, 3};

  private CutShapes() {}

  /**
   * @return why it does not: another output or shape, a number that is not finite, or what ONNX
   *     Runtime says; empty where it does, at batch sizes 1 and 3
   */
  static String problem(OnnxModel original, OnnxModel cut) {
    try (Session before = Session.open(original);
        Session after = Session.open(cut)) {
      for (int batch : BATCHES) {
        Map<String, Value> inputs = inputs(original, batch);
        Map<String, Value> wanted = before.run(inputs);
        Map<String, Value> got = after.run(inputs);
        if (!got.keySet().equals(wanted.keySet())) {
          return "outputs " + got.keySet() + ", not " + wanted.keySet();
        }
        for (Map.Entry<String, Value> output : got.entrySet()) {
          long[] shape = wanted.get(output.getKey()).shape();
          if (!Arrays.equals(output.getValue().shape(), shape)) {
            return output.getKey()
                + " is "
                + Arrays.toString(output.getValue().shape())
                + ", not "
                + Arrays.toString(shape);
          }
          if (!Arrays.stream(output.getValue().elements()).allMatch(Double::isFinite)) {
            return output.getKey() + " is not finite";
          }
        }
      }
      return "";
    } catch (OnnxException e) {
      return e.getMessage();
    }
  }

  /** Uniform in [0, 1), as pixels are. */
  private static Map<String, Value> inputs(OnnxModel model, int batch) {
    SplittableRandom random = new SplittableRandom(batch);
    Map<String, Value> inputs = new HashMap<>();
    model
        .inputs()
        .forEach(
            input -> {
              long[] shape =
                  input.getType().getTensorType().getShape().getDimList().stream()
                      .mapToLong(dim -> dim.getDimValue() > 0 ? dim.getDimValue() : batch)
                      .toArray();
              int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
              inputs.put(
                  input.getName(),
                  new Value(ElementType.FLOAT, shape, random.doubles(size).toArray()));
            });
    return inputs;
  }
}
