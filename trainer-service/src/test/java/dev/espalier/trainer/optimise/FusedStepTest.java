package dev.espalier.trainer.optimise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.trainer.summary.UnitMembership;
import dev.espalier.trainer.summary.UnitStatistics;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.trainer.task.Autoencoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FusedStepTest {
  private static final double BETA1 = 0.9;

  /**
   * Adam's first moment after one step is (1 - beta1) g, so the gradient that the step used can be
   * read off; it must be that of the loss with the L1 term, by autograd.
   */
  @Test
  void stepUsesTheGradientOfLossAndPenalty() {
    Coefficients coefficients = new Coefficients(0, Map.of("hidden", 0.7, "latent", 0.4), 1e-3);
    Autoencoder task = new Autoencoder(8);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(task.freshModel(5), manager);
        OnnxNetwork twin = new OnnxNetwork(task.freshModel(5), manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.recordGradients(true);
      NDArray batch = batch(manager);
      Torch.backward(
          twin.forward(batch).sub(batch).square().mean().add(penalty(twin, coefficients)));
      List<TensorShape> shapes = shapes(network);
      Membership membership = new Membership(shapes, groups());
      CellSums sums = new CellSums(membership.cells());
      Adam adam = new Adam(AdamSettings.of(1e-3), sizes(shapes));
      Torch.backward(network.forward(batch).sub(batch).square().mean());
      List<float[]> taskGradients =
          network.parameterArrays().values().stream()
              .map(p -> p.getGradient().toFloatArray())
              .toList();

      new FusedStep(adam)
          .apply(buffers(network), membership, L1Penalty.of(coefficients, membership), sums);

      int tensor = 0;
      double taskSum = 0;
      long count = 0;
      for (Map.Entry<String, NDArray> parameter : twin.parameterArrays().entrySet()) {
        float[] expected = parameter.getValue().getGradient().toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          assertEquals(
              expected[i],
              adam.first(tensor)[i] / (1 - BETA1),
              1e-6,
              parameter.getKey() + "[" + i + "]");
          taskSum += Math.abs(taskGradients.get(tensor)[i]);
          count++;
        }
        tensor++;
      }
      GroupStatistics statistics = sums.statistics(membership);
      assertEquals(taskSum / count, statistics.overallAbsoluteGradient(), 1e-9, "the task's alone");
      Torch.recordGradients(false);
    }
  }

  @Test
  void blocksAndRunsDoNotShow() {
    int size = 5000;
    SplittableRandom random = new SplittableRandom(1);
    float[] value = new float[size];
    float[] gradient = new float[size];
    for (int i = 0; i < size; i++) {
      value[i] = (float) random.nextDouble(-1, 1);
      gradient[i] = (float) random.nextDouble(-1, 1);
    }
    Membership membership =
        new Membership(
            List.of(new TensorShape("w", new int[] {size})),
            List.of(
                new GroupSlices(
                    "odd",
                    List.of(
                        new Slice(
                            "w", 0, IntStream.range(0, size).filter(i -> i % 3 == 1).toArray())))));
    L1Penalty penalty = L1Penalty.of(new Coefficients(0, Map.of("odd", 1.0), 0.5), membership);
    CellSums sums = new CellSums(membership.cells());
    Adam adam = new Adam(AdamSettings.of(0.01), new int[] {size});
    TensorBuffers buffers = new TensorBuffers(direct(value), direct(gradient));

    new FusedStep(adam).apply(List.of(buffers), membership, penalty, sums);

    float[] expected = value.clone();
    float[] penalised = gradient.clone();
    for (int i = 1; i < size; i += 3) {
      penalised[i] += 0.5f * Math.signum(value[i]);
    }
    Adam plain = new Adam(AdamSettings.of(0.01), new int[] {size});
    plain.begin();
    for (int from = 0; from < size; from += 1000) {
      float[] part = Arrays.copyOfRange(expected, from, from + 1000);
      plain.update(0, from, Arrays.copyOfRange(penalised, from, from + 1000), part, 1000);
      System.arraycopy(part, 0, expected, from, 1000);
    }
    float[] result = new float[size];
    buffers.value().get(0, result);
    assertArrayEquals(expected, result);
    float[] left = new float[size];
    buffers.gradient().get(0, left);
    assertArrayEquals(new float[size], left, "gradients are zero after a step");
  }

  /** Parts of a batch one after the other say what the whole batch says, and step as it does. */
  @Test
  void accumulatedPartsEqualTheWholeBatch() {
    Autoencoder task = new Autoencoder(8);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork whole = new OnnxNetwork(task.freshModel(5), manager);
        OnnxNetwork parts = new OnnxNetwork(task.freshModel(5), manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.recordGradients(true);
      NDArray batch = batch(manager);
      Torch.backward(whole.forward(batch).sub(batch).square().mean());
      int[] ends = {4, 8, 12, 16};
      for (int end : ends) {
        NDArray part = batch.get(end - 4 + ":" + end);
        Torch.backward(parts.forward(part).sub(part).square().mean());
      }
      List<TensorShape> shapes = shapes(whole);
      Membership membership = new Membership(shapes, groups());
      Coefficients coefficients = new Coefficients(0, Map.of("hidden", 0.7, "latent", 0.4), 1e-3);
      L1Penalty penalty = L1Penalty.of(coefficients, membership);
      CellSums sums = new CellSums(membership.cells());
      UnitSums units = new UnitSums(new UnitMembership(membership));
      Adam adam = new Adam(AdamSettings.of(1e-3), sizes(shapes));
      Adam other = new Adam(AdamSettings.of(1e-3), sizes(shapes));

      new FusedStep(adam).apply(buffers(whole), 1, membership, penalty, sums, Optional.of(units));
      GroupStatistics expected = sums.statistics(membership);
      UnitStatistics expectedUnits = units.statistics();
      new FusedStep(other)
          .apply(buffers(parts), 1f / ends.length, membership, penalty, sums, Optional.of(units));
      GroupStatistics actual = sums.statistics(membership);
      UnitStatistics actualUnits = units.statistics();

      for (int g = 0; g < 2; g++) {
        near(expected.meanAbsoluteGradient()[g], actual.meanAbsoluteGradient()[g]);
        near(expected.meanSquaredGradient()[g], actual.meanSquaredGradient()[g]);
        near(expected.l1Norm()[g], actual.l1Norm()[g]);
        for (int u = 0; u < expectedUnits.taylor()[g].length; u++) {
          near(
              expectedUnits.meanAbsoluteGradient()[g][u], actualUnits.meanAbsoluteGradient()[g][u]);
          near(expectedUnits.meanSquaredGradient()[g][u], actualUnits.meanSquaredGradient()[g][u]);
          assertEquals(expectedUnits.taylor()[g][u], actualUnits.taylor()[g][u], 1e-7);
        }
      }
      assertEquals(512, expectedUnits.taylor()[0].length);
      for (int t = 0; t < shapes.size(); t++) {
        assertArrayEquals(adam.first(t), other.first(t), 1e-7f, "the gradient that was stepped");
      }
      Torch.recordGradients(false);
    }
  }

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, 1e-5 * expected);
  }

  @Test
  void aPassForAnotherOptimiserLeavesTheGradientWithThePenalty() {
    Membership membership =
        new Membership(
            List.of(new TensorShape("w", new int[] {4})),
            List.of(new GroupSlices("g", List.of(new Slice("w", 0, new int[] {1, 2})))));
    L1Penalty penalty = L1Penalty.of(new Coefficients(0, Map.of("g", 1.0), 0.5), membership);
    CellSums sums = new CellSums(membership.cells());
    TensorBuffers buffers =
        new TensorBuffers(
            direct(new float[] {1, -1, 1, 1}), direct(new float[] {0.5f, 2, -0.25f, 0}));

    new PenaltyPass().apply(List.of(buffers), membership, penalty, sums);

    float[] left = new float[4];
    buffers.gradient().get(0, left);
    assertArrayEquals(new float[] {0.5f, 1.5f, 0.25f, 0}, left);
    buffers.value().get(0, left);
    assertArrayEquals(new float[] {1, -1, 1, 1}, left);
    assertEquals(1.125, sums.statistics(membership).meanAbsoluteGradient()[0], "the task's alone");
  }

  private static FloatBuffer direct(float[] values) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    buffer.put(0, values);
    return buffer;
  }

  private static NDArray penalty(OnnxNetwork network, Coefficients coefficients) {
    Map<String, NDArray> p = network.parameterArrays();
    NDArray hidden =
        p.get("encoder.0.weight")
            .abs()
            .sum()
            .add(p.get("encoder.0.bias").abs().sum())
            .add(p.get("encoder.2.weight").abs().sum());
    NDArray latent =
        p.get("encoder.4.weight")
            .get("2:5,:")
            .abs()
            .sum()
            .add(p.get("encoder.2.weight").abs().sum());
    return hidden
        .mul(coefficients.weight() * coefficients.lambda().get("hidden"))
        .add(latent.mul(coefficients.weight() * coefficients.lambda().get("latent")));
  }

  /** Two groups that overlap in encoder.2.weight; the second holds a few rows of encoder.4. */
  private static List<GroupSlices> groups() {
    return List.of(
        new GroupSlices(
            "hidden",
            512,
            List.of(
                new Slice("encoder.0.weight", 0, IntStream.range(0, 512).toArray()),
                new Slice("encoder.0.bias", 0, IntStream.range(0, 512).toArray()),
                new Slice("encoder.2.weight", 1, IntStream.range(0, 512).toArray()))),
        new GroupSlices(
            "latent",
            List.of(
                new Slice("encoder.2.weight", 0, IntStream.range(0, 256).toArray()),
                new Slice("encoder.4.weight", 0, new int[] {2, 3, 4}))));
  }

  private static NDArray batch(NDManager manager) {
    SplittableRandom random = new SplittableRandom(9);
    float[] pixels = new float[16 * Autoencoder.PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return manager.create(pixels, new Shape(16, Autoencoder.PIXELS));
  }

  private static List<TensorShape> shapes(OnnxNetwork network) {
    List<TensorShape> shapes = new ArrayList<>();
    network
        .parameterArrays()
        .forEach(
            (name, array) ->
                shapes.add(
                    new TensorShape(
                        name,
                        Arrays.stream(array.getShape().getShape())
                            .mapToInt(d -> (int) d)
                            .toArray())));
    return shapes;
  }

  private static int[] sizes(List<TensorShape> shapes) {
    return shapes.stream().mapToInt(TensorShape::size).toArray();
  }

  private static List<TensorBuffers> buffers(OnnxNetwork network) {
    return network.parameterArrays().values().stream()
        .map(p -> new TensorBuffers(floats(p), floats(p.getGradient())))
        .toList();
  }

  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
