package dev.espalier.pruner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.CalibrationFile;
import dev.espalier.pruner.calibration.NpyWriter;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Taylor score of a residual network against central differences: a mask on a unit is a factor
 * on that column of every weight that reads it, behind BatchNormalization and activation.
 */
class TaylorOfConvolutionsTest {
  private static final int SAMPLES = 6;
  private static final int UNITS = 5;
  private static final int INNER = 4;
  private static final int CLASSES = 3;
  private static final int SIZE = 6;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(17);

  /**
   * stem - norm - relu, to which inner - norm - relu - outer - norm is added; softplus, pool, fc.
   */
  private OnnxModel network() {
    OnnxBuilder builder = new OnnxBuilder("residual").input("x", -1, 2, SIZE, SIZE);
    convolution(builder, "stem", "x", 2, UNITS);
    builder.node("Relu", "/stem/relu", List.of("stem.out"), "a");
    convolution(builder, "inner", "a", UNITS, INNER);
    // Smooth behind a mask, for differences to be near the slope.
    builder.node("Softplus", "/inner/softplus", List.of("inner.out"), "b");
    convolution(builder, "outer", "b", INNER, UNITS);
    return builder
        .node("Add", "/add", List.of("outer.out", "a"), "sum")
        .node("Softplus", "/softplus", List.of("sum"), "c")
        .node("GlobalAveragePool", "/pool", List.of("c"), "pooled")
        .node("Flatten", "/flatten", List.of("pooled"), "flat")
        .initializer("fc.weight", new int[] {CLASSES, UNITS}, values(CLASSES * UNITS))
        .initializer("fc.bias", new int[] {CLASSES}, values(CLASSES))
        .node("Gemm", "/fc", List.of("flat", "fc.weight", "fc.bias"), "y", Map.of("transB", 1))
        .output("y", -1, CLASSES)
        .build();
  }

  private void convolution(OnnxBuilder builder, String name, String from, int in, int out) {
    float[] variance = values(out);
    for (int i = 0; i < out; i++) {
      variance[i] = 0.5f + Math.abs(variance[i]);
    }
    builder
        .initializer(name + ".weight", new int[] {out, in, 3, 3}, values(out * in * 9))
        .initializer(name + ".scale", new int[] {out}, values(out))
        .initializer(name + ".shift", new int[] {out}, values(out))
        .initializer(name + ".mean", new int[] {out}, values(out))
        .initializer(name + ".variance", new int[] {out}, variance)
        .node(
            "Conv",
            "/" + name + "/conv",
            List.of(from, name + ".weight"),
            name + ".conv",
            Map.of("pads", new long[] {1, 1, 1, 1}))
        .node(
            "BatchNormalization",
            "/" + name + "/norm",
            List.of(
                name + ".conv",
                name + ".scale",
                name + ".shift",
                name + ".mean",
                name + ".variance"),
            name + ".out");
  }

  private float[] values(int count) {
    return Networks.floats(count, random);
  }

  @Test
  void taylorIsTheSlopeOfTheCrossEntropyInTheMask() throws IOException {
    OnnxModel model = network();
    Traced traced = new Pruner().analyze(model);
    Calibration data = data();
    TaylorScore taylor = new TaylorScore(data, ScoreOptions.DEFAULT);
    ActivationScore activation = new ActivationScore(data, ScoreOptions.DEFAULT);
    Map<String, List<String>> readers =
        Map.of("stem", List.of("inner.weight", "fc.weight"), "inner", List.of("outer.weight"));
    assertEquals(2, traced.graph().groups().size(), () -> "" + traced.graph());

    for (int g = 0; g < 2; g++) {
      Group group = traced.graph().groups().get(g);
      double[] scores = taylor.scores(traced, g);
      for (int unit = 0; unit < group.units(); unit++) {
        double slope = slope(model, readers.get(group.id()), unit, data);
        assertEquals(slope, scores[unit], 1e-3 * slope + 1e-5, group.id() + " unit " + unit);
        assertTrue(slope > 0 && activation.scores(traced, g)[unit] > 0);
      }
    }
  }

  private Calibration data() throws IOException {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    double[] x = random.doubles(SAMPLES * 2 * SIZE * SIZE, -2, 2).toArray();
    arrays.put("x", NpyWriter.floats(new int[] {SAMPLES, 2, SIZE, SIZE}, x));
    arrays.put("y", NpyWriter.array("<i8", new int[] {SAMPLES}, 0, 1, 2, 2, 1, 0));
    return CalibrationFile.read(
        Files.write(folder.resolve("data.npz"), NpyWriter.zip(arrays, false)));
  }

  /** The mean over samples of |dL/dm|. */
  private static double slope(OnnxModel model, List<String> readers, int unit, Calibration data) {
    float step = 0x1p-6f;
    double[] more = losses(masked(model, readers, unit, 1 + step), data);
    double[] less = losses(masked(model, readers, unit, 1 - step), data);
    double sum = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      sum += Math.abs(more[sample] - less[sample]) / (2 * step);
    }
    return sum / SAMPLES;
  }

  private static OnnxModel masked(OnnxModel model, List<String> readers, int unit, float factor) {
    return model.withInitializers(
        readers.stream()
            .map(
                name -> {
                  Tensor weight = model.initializers().get(name);
                  float[] values = weight.floats();
                  int columns = weight.dims()[1];
                  int each = values.length / weight.dims()[0] / columns;
                  for (int i = 0; i < values.length; i++) {
                    values[i] *= i / each % columns == unit ? factor : 1;
                  }
                  return Tensor.of(name, weight.dims(), values);
                })
            .toList());
  }

  private static double[] losses(OnnxModel model, Calibration data) {
    double[] losses = new double[SAMPLES];
    try (Session session = Session.open(model)) {
      var batches = data.of(model);
      for (var batch : batches.of(1)) {
        double[] y = session.run(batch.inputs()).get("y").elements();
        double sum = 0;
        for (double logit : y) {
          sum += Math.exp(logit);
        }
        int label = (int) batches.labels(batch, null, null).elements()[0];
        losses[batch.from()] = Math.log(sum) - y[label];
      }
    }
    return losses;
  }
}
