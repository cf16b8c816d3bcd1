package dev.espalier.trainer.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.Npz;
import dev.espalier.trainer.data.NpzFile;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTest {
  private static NDManager manager;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  /** Against the losses written out in double, over random outputs. */
  @Test
  void lossesAreTheirFormulas() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 50; trial++) {
      int n = random.nextInt(1, 5);
      int c = random.nextInt(1, 6);
      int places = random.nextInt(1, 4);
      float[] output = new float[n * c * places];
      float[] target = new float[output.length];
      long[] labels = new long[n * places];
      double mse = 0;
      double bce = 0;
      double cross = 0;
      for (int i = 0; i < output.length; i++) {
        output[i] = (float) (8 * random.nextDouble() - 4);
        target[i] = (float) random.nextDouble();
        double o = output[i];
        mse += (o - target[i]) * (o - target[i]) / output.length;
        double p = 1 / (1 + Math.exp(-o));
        bce -= (target[i] * Math.log(p) + (1 - target[i]) * Math.log(1 - p)) / output.length;
      }
      for (int s = 0; s < n; s++) {
        for (int at = 0; at < places; at++) {
          labels[s * places + at] = random.nextInt(c);
          double sum = 0;
          for (int k = 0; k < c; k++) {
            sum += Math.exp(output[(s * c + k) * places + at]);
          }
          double chosen = output[(int) ((s * c + labels[s * places + at]) * places + at)];
          cross -= (chosen - Math.log(sum)) / labels.length;
        }
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        var o = manager.create(output, new Shape(n, c, places));
        var t = manager.create(target, new Shape(n, c, places));
        var l = manager.create(labels, new Shape(n, places));
        assertEquals(mse, Loss.MSE.of(o, t).getFloat(), 1e-5 * Math.max(1, mse));
        assertEquals(bce, Loss.BCE.of(o, t).getFloat(), 1e-5 * Math.max(1, bce));
        assertEquals(cross, Loss.CROSS_ENTROPY.of(o, l).getFloat(), 1e-5 * Math.max(1, cross));
      }
    }
  }

  @Test
  void binaryCrossEntropyOfExtremeLogitsIsFinite() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      var o = manager.create(new float[] {1000, -1000}, new Shape(2, 1));
      var t = manager.create(new float[] {0, 1}, new Shape(2, 1));

      assertEquals(1000, Loss.BCE.of(o, t).getFloat(), 1e-3);
    }
  }

  @Test
  void everySampleIsInOneBatchOfAnEpochAndEpochsDiffer() throws IOException {
    int samples = 23;
    Dataset data = data(samples, 1, null);
    Supervised objective = new Supervised(sum(1), data, Loss.MSE, 4, 9);
    double[][] sums = new double[2][];
    try (OnnxNetwork network = new OnnxNetwork(sum(1), manager)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        objective.startEpoch(network, epoch);
        sums[epoch] = new double[objective.batchesPerEpoch()];
        for (int batch = 0; batch < objective.batchesPerEpoch(); batch++) {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            sums[epoch][batch] = objective.loss(network, batch).getFloat();
          }
        }
      }
      double whole = 0;
      double again = 0;
      int training = data.training().count();
      for (int batch = 0; batch < sums[0].length; batch++) {
        int size = Math.min(4, training - 4 * batch);
        whole += sums[0][batch] * size;
        again += sums[1][batch] * size;
      }
      assertEquals(6, sums[0].length, "21 of 23 samples in batches of 4");
      assertEquals(whole, again, 1e-3 * whole);
      assertTrue(sums[0][0] != sums[1][0]);
      objective.restore(network, objective.state());
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        assertEquals(sums[1][2], objective.loss(network, 2).getFloat());
      }
    }
  }

  @Test
  void dataThatDoesNotFitSaysWhatDoesNot() throws IOException {
    assertRefused("x", "takes [?, 3]", sum(3), data(20, 2, null), Loss.MSE, 4);
    assertRefused("y", "needs y", sum(2), data(20, 2, null), Loss.CROSS_ENTROPY, 4);
    assertRefused(
        "y",
        "classes count from 0",
        sum(2),
        data(20, 2, new long[] {0, -1}),
        Loss.CROSS_ENTROPY,
        4);
    assertRefused("y", "numbers in [0, 1]", sum(2), data(20, 2, new long[] {0, 2}), Loss.BCE, 4);
    OnnxModel fixed =
        new OnnxBuilder("fixed")
            .input("x", 4, 2)
            .output("y", 4, 2)
            .node("Relu", "relu", List.of("x"), "y")
            .build();
    assertRefused("batch_size", "takes 4 samples", fixed, data(20, 2, null), Loss.MSE, 5);
    assertRefused("data", "takes 4 at once", fixed, data(20, 2, null), Loss.MSE, 4);
    OnnxModel odd =
        new OnnxBuilder("odd")
            .input("x", -1, 2)
            .output("y", -1, 2)
            .node("Frobnicate", "odd", List.of("x"), "y")
            .build();
    assertRefused("model", "Frobnicate", odd, data(20, 2, null), Loss.MSE, 4);
  }

  @Test
  void labelsBeyondTheOutputsClassesAreRefused() throws IOException {
    Dataset data = data(20, 2, new long[] {0, 1, 7});
    Supervised objective = new Supervised(sum(2), data, Loss.CROSS_ENTROPY, 4, 1);
    try (OnnxNetwork network = new OnnxNetwork(sum(2), manager)) {
      objective.startEpoch(network, 0);

      InvalidInput e = assertThrows(InvalidInput.class, () -> objective.loss(network, 0));

      assertEquals("y", e.field());
      assertEquals("7", e.value());
    }
  }

  private static void assertRefused(
      String field, String words, OnnxModel model, Dataset data, Loss loss, int batch) {
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> new Supervised(model, data, loss, batch, 1));
    assertEquals(field, e.field(), e.getMessage());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  /** y = x + 1. */
  private static OnnxModel sum(int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    return new OnnxBuilder("sum")
        .input("x", -1, width)
        .output("y", -1, width)
        .initializer("w", new int[] {width}, ones)
        .node("Add", "add", List.of("x", "w"), "y")
        .build();
  }

  private Dataset data(int samples, int width, long[] labels) throws IOException {
    double[] values = new double[samples * width];
    Arrays.setAll(values, i -> Math.sin(i) * i);
    byte[] x = Npz.floats(new int[] {samples, width}, values);
    Path file = folder.resolve("data.npz");
    if (labels == null) {
      double[] twice = Arrays.stream(values).map(v -> 2 * v).toArray();
      Npz.write(
          file,
          width == 1
              ? Map.of("x", x, "y", Npz.floats(new int[] {samples}, twice))
              : Map.of("x", x));
    } else {
      long[] all = new long[samples];
      Arrays.setAll(all, i -> labels[i % labels.length]);
      Npz.write(file, Map.of("x", x, "y", Npz.longs(new int[] {samples}, all)));
    }
    return NpzFile.read(file.toString(), 0.1, 1 << 20);
  }
}
