package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training pass does otherwise than an evaluation: BatchNorm and dropout. */
class TrainingPassTest {
  private static final int CHANNELS = 3;
  private static final float MOMENTUM = 0.8f;

  private NDManager manager;
  private NDScope scope;

  @BeforeEach
  void start() {
    manager = Torch.newManager();
    scope = new NDScope();
    scope.suppressNotUsedWarning();
  }

  @AfterEach
  void stop() {
    scope.close();
    manager.close();
  }

  @Test
  void batchStatisticsNormaliseAndMoveTheRunningOnes() {
    float[] x = WholeNetworks.normal(new SplittableRandom(1), 4 * CHANNELS * 5);
    double[] mean = new double[CHANNELS];
    double[] variance = new double[CHANNELS];
    moments(x, mean, variance);
    try (OnnxNetwork network = new OnnxNetwork(normalised(), manager)) {
      network.training(true);

      float[] y = network.forward(manager.create(x, new Shape(4, CHANNELS, 5))).toFloatArray();

      for (int i = 0; i < x.length; i++) {
        int c = i / 5 % CHANNELS;
        double expected = (x[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5) * (c + 1) + c;
        assertEquals(expected, y[i], 1e-5);
      }
      Map<String, NDArray> statistics = network.statisticsArrays();
      OnnxModel after = network.toModel();
      for (int c = 0; c < CHANNELS; c++) {
        double wantMean = MOMENTUM * 0.5 + (1 - MOMENTUM) * mean[c];
        double wantVariance = MOMENTUM * 2 + (1 - MOMENTUM) * variance[c];
        assertEquals(wantMean, statistics.get("mean").toFloatArray()[c], 1e-6);
        assertEquals(wantVariance, statistics.get("variance").toFloatArray()[c], 1e-6);
        assertEquals(wantMean, after.initializers().get("mean").floats()[c], 1e-6);
        assertEquals(wantVariance, after.initializers().get("variance").floats()[c], 1e-6);
      }
      assertEquals(Set.of("scale", "bias"), network.parameterArrays().keySet());
    }
  }

  @Test
  void oneValueAChannelHasNoVariance() {
    try (OnnxNetwork network = new OnnxNetwork(normalised(), manager)) {
      network.training(true);

      float[] y = network.forward(manager.ones(new Shape(1, CHANNELS, 1))).toFloatArray();

      assertArrayEquals(new float[] {0, 1, 2}, y);
      assertEquals(
          2 * MOMENTUM, network.statisticsArrays().get("variance").toFloatArray()[0], 1e-6);
    }
  }

  @Test
  void evaluationsAndFedStatisticsLeaveTheRunningOnes() {
    try (OnnxNetwork network = new OnnxNetwork(normalised(), manager)) {
      NDArray x = manager.ones(new Shape(2, CHANNELS, 4));
      network.forward(x);
      assertArrayEquals(
          new float[] {0.5f, 0.5f, 0.5f}, network.statisticsArrays().get("mean").toFloatArray());

      network.training(true);
      NDArray fed = manager.zeros(new Shape(CHANNELS));
      network.evaluate(Map.of("x", x, "mean", fed), List.of("y"));

      assertArrayEquals(new float[CHANNELS], fed.toFloatArray());
      assertArrayEquals(
          new float[] {0.5f, 0.5f, 0.5f}, network.statisticsArrays().get("mean").toFloatArray());
    }
  }

  /** Through the batch's mean and variance, too; in double, with a central difference. */
  @Test
  void gradientsFlowThroughTheBatchStatistics() {
    double h = 1e-6;
    try (OnnxNetwork network = new OnnxNetwork(normalised(), manager, DataType.FLOAT64)) {
      network.training(true);
      double[] value = new SplittableRandom(3).doubles(4 * CHANNELS * 5, -2, 2).toArray();
      Map<String, NDArray> feeds = new HashMap<>();
      NDArray x = manager.create(value).reshape(new Shape(4, CHANNELS, 5));
      x.setRequiresGradient(true);
      feeds.put("x", x);
      Torch.recordGradients(true);
      Torch.backward(loss(network, feeds));
      Torch.recordGradients(false);
      double[] gradient = x.getGradient().toDoubleArray();
      for (int i = 0; i < value.length; i += 7) {
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = value.clone();
          moved[i] += side == 0 ? h : -h;
          feeds.put("x", manager.create(moved).reshape(x.getShape()));
          losses[side] = loss(network, feeds).getDouble();
        }
        assertEquals((losses[0] - losses[1]) / (2 * h), gradient[i], 1e-7);
      }
    }
  }

  private static NDArray loss(OnnxNetwork network, Map<String, NDArray> feeds) {
    NDArray y = network.evaluate(feeds, List.of("y")).get(0);
    return y.sin().mul(y).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 13})
  void dropoutDropsByItsRatioAndKeepsTheMean(long opset) {
    try (OnnxNetwork network = new OnnxNetwork(dropout(opset, 0.3f), manager)) {
      NDArray x = manager.ones(new Shape(200, 100));
      x.setRequiresGradient(true);
      network.training(true);
      Torch.recordGradients(true);
      NDList outputs = network.evaluate(Map.of("x", x), List.of("y", "mask"));
      Torch.backward(outputs.get(0).sum());
      Torch.recordGradients(false);

      float[] y = outputs.get(0).toFloatArray();
      boolean[] mask = outputs.get(1).toBooleanArray();
      int kept = 0;
      for (int i = 0; i < y.length; i++) {
        assertEquals(mask[i] ? 1 / 0.7f : 0, y[i], 1e-6);
        kept += mask[i] ? 1 : 0;
      }
      assertEquals(0.7, kept / (double) y.length, 0.02);
      assertArrayEquals(y, x.getGradient().toFloatArray(), 1e-6f);

      network.training(false);
      NDList settled = network.evaluate(Map.of("x", x), List.of("y", "mask"));
      assertTrue(settled.get(0).contentEquals(x));
      assertTrue(settled.get(1).all().getBoolean());
    }
  }

  @Test
  void dropoutRepeatsWithTheEnginesSeedAndDropsAllAtRatioOne() {
    try (OnnxNetwork network = new OnnxNetwork(dropout(13, 0.5f), manager);
        OnnxNetwork all = new OnnxNetwork(dropout(13, 1f), manager)) {
      NDArray x = manager.ones(new Shape(10, 10));
      network.training(true);
      all.training(true);
      float[][] drawn = new float[3][];
      for (int i = 0; i < 3; i++) {
        if (i < 2) {
          manager.getEngine().setRandomSeed(9);
        }
        drawn[i] = network.evaluate(Map.of("x", x), List.of("y")).get(0).toFloatArray();
      }
      assertArrayEquals(drawn[0], drawn[1]);
      assertFalse(java.util.Arrays.equals(drawn[1], drawn[2]));
      assertArrayEquals(
          new float[100], all.evaluate(Map.of("x", x), List.of("y")).get(0).toFloatArray());
    }
  }

  private static void moments(float[] x, double[] mean, double[] variance) {
    int count = x.length / CHANNELS;
    for (int i = 0; i < x.length; i++) {
      mean[i / 5 % CHANNELS] += x[i] / (double) count;
    }
    for (int i = 0; i < x.length; i++) {
      int c = i / 5 % CHANNELS;
      variance[c] += (x[i] - mean[c]) * (x[i] - mean[c]) / count;
    }
  }

  /** Scale c + 1, bias c, running mean 0.5 and variance 2. */
  private static OnnxModel normalised() {
    return new OnnxBuilder("normalised")
        .input("x", -1, CHANNELS, 5)
        .initializer("scale", new int[] {CHANNELS}, new float[] {1, 2, 3})
        .initializer("bias", new int[] {CHANNELS}, new float[] {0, 1, 2})
        .initializer("mean", new int[] {CHANNELS}, new float[] {0.5f, 0.5f, 0.5f})
        .initializer("variance", new int[] {CHANNELS}, new float[] {2, 2, 2})
        .node(
            "BatchNormalization",
            "norm",
            List.of("x", "scale", "bias", "mean", "variance"),
            "y",
            Map.of("momentum", MOMENTUM))
        .output("y", -1, CHANNELS, 5)
        .build();
  }

  private static OnnxModel dropout(long opset, float ratio) {
    OnnxBuilder builder = new OnnxBuilder("dropout").opset("", opset).input("x", -1, 100);
    boolean attribute = opset < 12;
    if (!attribute) {
      builder.initializer("ratio", new int[0], new float[] {ratio});
    }
    return builder
        .node(
            "Dropout",
            "drop",
            attribute ? List.of("x") : List.of("x", "ratio"),
            List.of("y", "mask"),
            attribute ? Map.of("ratio", ratio) : Map.of())
        .output("y", -1, 100)
        .build();
  }
}
