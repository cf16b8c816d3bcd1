package dev.espalier.pruner.verify;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Approximation;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import dev.espalier.pruner.runtime.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Compares a pruned model with its masked twin in ONNX Runtime on random inputs. */
public final class Verifier {
  /** Random inputs that are compared. */
  public static final int INPUTS = 16;

  /** Length of every axis that the model leaves open, the batch above all. */
  public static final int BATCH = 3;

  private Verifier() {}

  /**
   * @param approximations where the twin does not only silence what was removed
   * @param seed of the inputs
   * @throws VerificationException where a model cannot be run, shapes differ, or an output is not
   *     finite
   */
  public static Verification compare(
      OnnxModel pruned, OnnxModel twin, List<Approximation> approximations, long seed) {
    try (Weights weights = new Weights();
        Session small = Session.unfolded(pruned, weights);
        Session large = Session.unfolded(twin, weights)) {
      return compare(pruned, small, large, approximations, seed);
    } catch (OnnxException e) {
      throw new VerificationException("the pruned model cannot be compared: " + e.getMessage(), e);
    }
  }

  private static Verification compare(
      OnnxModel model,
      Session small,
      Session large,
      List<Approximation> approximations,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, long[]> shapes = Inputs.shapes(model, BATCH);
    Map<String, double[]> differenceAndScale = new TreeMap<>();
    for (int i = 0; i < INPUTS; i++) {
      Map<String, Value> inputs = Inputs.random(model, shapes, random);
      Map<String, Value> actual = small.run(inputs);
      for (Map.Entry<String, Value> expected : large.run(inputs).entrySet()) {
        String name = expected.getKey();
        double[] worst = differenceAndScale.computeIfAbsent(name, n -> new double[2]);
        compare(name, expected.getValue(), actual.get(name), worst);
      }
    }
    double absolute = 0;
    double relative = 0;
    for (double[] worst : differenceAndScale.values()) {
      absolute = Math.max(absolute, worst[0]);
      relative = Math.max(relative, worst[0] == 0 ? 0 : worst[0] / worst[1]);
    }
    return new Verification(absolute, relative, approximations, INPUTS);
  }

  private static void compare(String name, Value expected, Value actual, double[] worst) {
    if (actual == null || !Arrays.equals(expected.shape(), actual.shape())) {
      throw new VerificationException(
          "graph output \"%s\" has shape %s, it had %s"
              .formatted(
                  name,
                  actual == null ? "none" : Arrays.toString(actual.shape()),
                  Arrays.toString(expected.shape())));
    }
    for (int i = 0; i < expected.elements().length; i++) {
      double e = expected.elements()[i];
      double a = actual.elements()[i];
      if (!Double.isFinite(e) || !Double.isFinite(a)) {
        throw new VerificationException(
            "graph output \"%s\" is not finite: %s, and %s in the pruned model"
                .formatted(name, e, a));
      }
      worst[0] = Math.max(worst[0], Math.abs(e - a));
      worst[1] = Math.max(worst[1], Math.abs(e));
    }
  }
}
