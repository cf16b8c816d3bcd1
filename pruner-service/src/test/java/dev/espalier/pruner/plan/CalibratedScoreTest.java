package dev.espalier.pruner.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.RandomNetworks;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.calibration.CalibrationFile;
import dev.espalier.pruner.calibration.NpyWriter;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibratedScoreTest {
  private static final int SAMPLES = 7;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(3);

  /** Standard normal inputs, and labels where given. */
  private Calibration data(OnnxModel model, int samples, Optional<byte[]> labels)
      throws IOException {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    Inputs.shapes(model, samples)
        .forEach(
            (name, shape) -> {
              int[] dims = new int[shape.length];
              int size = 1;
              for (int i = 0; i < dims.length; i++) {
                dims[i] = (int) shape[i];
                size *= dims[i];
              }
              double[] values = random.doubles(size, -2, 2).toArray();
              arrays.put(name, NpyWriter.floats(dims, values));
            });
    labels.ifPresent(y -> arrays.put("y", y));
    return CalibrationFile.read(
        Files.write(folder.resolve("data.npz"), NpyWriter.zip(arrays, false)));
  }

  private Calibration data(OnnxModel model) throws IOException {
    return data(model, SAMPLES, Optional.empty());
  }

  private static ScoreOptions batch(int size) {
    return new ScoreOptions(size, 1 << 20);
  }

  /** x (2) to Relu (4), to y (2): unit 1 is dead, unit 2 goes nowhere. */
  private OnnxModel withDeadUnits(boolean relu) {
    float[] in = Networks.floats(8, random);
    float[] out = Networks.floats(8, random);
    out[2] = 0;
    out[6] = 0;
    return new OnnxBuilder("dead")
        .input("in", -1, 2)
        .initializer("a.weight", new int[] {4, 2}, in)
        .initializer("a.bias", new int[] {4}, new float[] {0.1f, relu ? -99 : 0.3f, 0.2f, 0})
        .initializer("b.weight", new int[] {2, 4}, out)
        .node("Gemm", "/a", List.of("in", "a.weight", "a.bias"), "h", Map.of("transB", 1))
        .node(relu ? "Relu" : "Identity", "/r", List.of("h"), "hr")
        .node("Gemm", "/b", List.of("hr", "b.weight"), "out", Map.of("transB", 1))
        .output("out", -1, 2)
        .build();
  }

  @Test
  void aDeadUnitHasNoActivationAndOneThatGoesNowhereNoTaylorScore() throws IOException {
    OnnxModel model = withDeadUnits(true);
    Traced traced = new Pruner().analyze(model);
    Calibration data = data(model);

    double[] activation = new ActivationScore(data, ScoreOptions.DEFAULT).scores(traced, 0);
    double[] taylor = new TaylorScore(data, ScoreOptions.DEFAULT).scores(traced, 0);

    assertEquals(0, activation[1]);
    assertTrue(activation[0] > 0 && activation[2] > 0 && activation[3] > 0);
    assertEquals(0, taylor[1]);
    assertEquals(0, taylor[2]);
    assertTrue(taylor[0] > 0 && taylor[3] > 0);
  }

  @Test
  void activationIsTheMeanOfWhatIsRead() throws IOException {
    OnnxModel model = withDeadUnits(true);
    Calibration data = data(model);
    var graph = model.proto().toBuilder();
    graph.getGraphBuilder().getOutputBuilder(0).setName("hr").clearType();
    double[] expected = new double[4];
    try (Session session = Session.open(OnnxModel.of(graph.build()))) {
      for (var batch : data.of(model).of(SAMPLES)) {
        double[] hr = session.run(batch.inputs()).get("hr").elements();
        for (int i = 0; i < hr.length; i++) {
          expected[i % 4] += Math.abs(hr[i]) / SAMPLES;
        }
      }
    }

    double[] scores = new ActivationScore(data, batch(2)).scores(new Pruner().analyze(model), 0);

    assertArrayEquals(expected, scores, 1e-6);
  }

  /** Of a linear network the loss is quadratic in a mask: central differences are exact. */
  @Test
  void taylorIsTheSlopeOfTheLossInTheMask() throws IOException {
    OnnxModel model = withDeadUnits(false);
    Traced traced = new Pruner().analyze(model);
    byte[] targets = NpyWriter.floats(new int[] {SAMPLES, 2}, random.doubles(14, -1, 1).toArray());
    byte[] classes = NpyWriter.array("<i8", new int[] {SAMPLES}, 0, 1, 1, 0, 1, 0, 0);
    for (Optional<byte[]> labels :
        List.of(Optional.<byte[]>empty(), Optional.of(targets), Optional.of(classes))) {
      Calibration data = data(model, SAMPLES, labels);
      double[] scores = new TaylorScore(data, ScoreOptions.DEFAULT).scores(traced, 0);

      for (int unit = 0; unit < 4; unit++) {
        double[] more = losses(masked(model, unit, 1 + 0x1p-6f), data);
        double[] less = losses(masked(model, unit, 1 - 0x1p-6f), data);
        double expected = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
          expected += Math.abs(more[sample] - less[sample]) / 0x1p-5 / SAMPLES;
        }
        assertEquals(expected, scores[unit], 1e-4 * (1 + expected));
      }
    }
  }

  private static OnnxModel masked(OnnxModel model, int unit, float factor) {
    Tensor weight = model.initializers().get("b.weight");
    float[] values = weight.floats();
    values[unit] *= factor;
    values[4 + unit] *= factor;
    return model.withInitializers(List.of(Tensor.of(weight.name(), weight.dims(), values)));
  }

  private static double[] losses(OnnxModel model, Calibration data) {
    double[] losses = new double[SAMPLES];
    try (Session session = Session.open(model)) {
      for (var batch : data.of(model).of(1)) {
        double[] y = session.run(batch.inputs()).get("out").elements();
        var batches = data.of(model);
        if (batches.labelShape(1).isEmpty()) {
          losses[batch.from()] = (y[0] * y[0] + y[1] * y[1]) / 2;
        } else {
          Value label = batches.labels(batch, null, null);
          double[] t = label.elements();
          losses[batch.from()] =
              batches.integerLabels()
                  ? Math.log(Math.exp(y[0]) + Math.exp(y[1])) - y[(int) t[0]]
                  : ((y[0] - t[0]) * (y[0] - t[0]) + (y[1] - t[1]) * (y[1] - t[1])) / 2;
        }
      }
    }
    return losses;
  }

  @Test
  void batchesChangeNothingAndEqualRunsAreEqual() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      OnnxModel model = RandomNetworks.network(seed);
      Traced traced = new Pruner().analyze(model);
      Calibration data = data(model);
      for (int g = 0; g < traced.graph().groups().size(); g++) {
        double[] one = new ActivationScore(data, batch(1)).scores(traced, g);
        double[] many = new ActivationScore(data, batch(3)).scores(traced, g);
        double[] again = new ActivationScore(data, batch(3)).scores(traced, g);

        assertArrayEquals(many, again);
        assertClose(one, many, "activation, seed " + seed);
      }
    }
  }

  private static void assertClose(double[] expected, double[] actual, String message) {
    double most = java.util.Arrays.stream(expected).max().orElse(0);
    assertArrayEquals(expected, actual, 1e-5 * most + 1e-9, message);
  }

  @Test
  void taylorOfSamplesIsThatOfSamples() throws IOException {
    OnnxModel model = Networks.autoencoder(5, 9, 4, 2);
    Traced traced = new Pruner().analyze(model);
    Calibration data = data(model);
    TaylorScore many = new TaylorScore(data, batch(3));
    for (int g = 0; g < traced.graph().groups().size(); g++) {
      double[] one = new TaylorScore(data, batch(1)).scores(traced, g);

      assertClose(one, many.scores(traced, g), "group " + g);
      assertArrayEquals(many.scores(traced, g), new TaylorScore(data, batch(3)).scores(traced, g));
    }
  }

  @Test
  void everyUnitOfRandomNetworksHasItsScores() throws IOException {
    int units = 0;
    for (long seed = 0; seed < 15; seed++) {
      OnnxModel model = RandomNetworks.network(seed);
      Traced traced = new Pruner().analyze(model);
      Calibration data = data(model);
      TaylorScore taylor = new TaylorScore(data, ScoreOptions.DEFAULT);
      for (int g = 0; g < traced.graph().groups().size(); g++) {
        for (double score : taylor.scores(traced, g)) {
          assertTrue(score >= 0 && Double.isFinite(score));
          units += score > 0 ? 1 : 0;
        }
      }
    }
    assertTrue(units > 100, units + " units count");
  }

  @Test
  void whatIsNotFiniteIsNamed() throws IOException {
    OnnxModel model = withDeadUnits(false);
    Tensor bad = Tensor.of("a.bias", new int[] {4}, new float[] {0, 0, Float.POSITIVE_INFINITY, 0});
    OnnxModel spoilt = model.withInitializers(List.of(bad));
    Traced traced = new Pruner().analyze(spoilt);
    Calibration data = data(model);

    OnnxException e =
        assertThrows(
            OnnxException.class,
            () -> new ActivationScore(data, ScoreOptions.DEFAULT).scores(traced, 0));

    assertTrue(e.getMessage().contains("value \"hr\": index 2"), e.getMessage());
  }

  @Test
  void scoresHaveNames() throws IOException {
    Optional<Calibration> data = Optional.of(data(withDeadUnits(true)));
    for (String name : ChannelScores.NAMES) {
      assertTrue(ChannelScores.of(name, data) != null);
    }
    assertThrows(PlanException.class, () -> ChannelScores.of("taylor", Optional.empty()));
    assertThrows(PlanException.class, () -> ChannelScores.of("best", data));
  }
}
