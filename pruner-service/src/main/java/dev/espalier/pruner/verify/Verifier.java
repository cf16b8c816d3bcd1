package dev.espalier.pruner.verify;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Approximation;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Shapes;
import dev.espalier.pruner.runtime.Value;
import dev.espalier.pruner.runtime.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Compares a pruned model with its masked twin in ONNX Runtime on random inputs. */
public final class Verifier {
  private Verifier() {}

  /**
   * @param weights where the weights of both are
   * @param approximations where the twin does not only silence what was removed
   * @param trials what both are run on
   * @throws VerificationException where a model cannot be run, shapes differ, or an output is not
   *     finite
   */
  public static Verification compare(
      OnnxModel pruned,
      OnnxModel twin,
      Weights weights,
      List<Approximation> approximations,
      Trials trials) {
    try (Session small = Session.unfolded(pruned, weights);
        Session large = Session.unfolded(twin, weights)) {
      return compare(twin, small, large, approximations, trials);
    } catch (OnnxException e) {
      throw new VerificationException("the pruned model cannot be compared: " + e.getMessage(), e);
    }
  }

  private static Verification compare(
      OnnxModel twin,
      Session small,
      Session large,
      List<Approximation> approximations,
      Trials trials) {
    SplittableRandom random = new SplittableRandom(trials.seed());
    Map<String, double[]> differenceAndScale = new TreeMap<>();
    Expected expected = first(twin, large, trials, random);
    for (int i = 0; i < trials.inputs(); i++) {
      if (i > 0) {
        expected = Expected.of(twin, large, expected.shapes, random);
      }
      Map<String, Value> actual = small.run(expected.inputs);
      expected.outputs.forEach(
          (name, value) ->
              compare(
                  name,
                  value,
                  actual.get(name),
                  differenceAndScale.computeIfAbsent(name, n -> new double[2])));
    }
    double absolute = 0;
    double relative = 0;
    for (double[] worst : differenceAndScale.values()) {
      absolute = Math.max(absolute, worst[0]);
      relative = Math.max(relative, worst[0] == 0 ? 0 : worst[0] / worst[1]);
    }
    return new Verification(absolute, relative, approximations, trials.inputs());
  }

  /** What the twin makes of a random input. */
  private record Expected(
      Map<String, long[]> shapes, Map<String, Value> inputs, Map<String, Value> outputs) {
    static Expected of(
        OnnxModel model, Session twin, Map<String, long[]> shapes, SplittableRandom random) {
      Map<String, Value> inputs = Inputs.random(model, shapes, random);
      return new Expected(shapes, inputs, twin.run(inputs));
    }
  }

  /**
   * Open axes have the length of a batch, or 1 where the twin itself works at no other or would
   * make too much of it.
   */
  private static Expected first(
      OnnxModel twin, Session session, Trials trials, SplittableRandom random) {
    Map<String, long[]> one = Inputs.shapes(twin, 1, trials.inputShapes());
    try {
      Map<String, long[]> batch = Inputs.shapes(twin, Trials.BATCH, trials.inputShapes());
      if (Shapes.fit(twin, batch)) {
        return Expected.of(twin, session, batch, random);
      }
    } catch (OnnxException e) {
      // What is wrong with the twin itself shows at length 1 too.
    }
    return Expected.of(twin, session, one, random);
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
