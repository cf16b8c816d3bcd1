package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TdMpcLossTest {
  private static final int SEQUENCES = 5;
  private static final int HORIZON = 3;
  private static final double DISCOUNT = 0.9;

  private final OnnxModel model = TdMpcGraph.fresh(new TdMpcSizes(4, 6, 7), 1);
  private final OnnxModel targetModel = TdMpcGraph.fresh(new TdMpcSizes(4, 6, 7), 2);
  private final TdMpcLoss loss = new TdMpcLoss(DISCOUNT);
  private final Replay.Batch batch = batch();
  private NDManager manager;
  private OnnxNetwork network;
  private WorldModel world;
  private WorldModel target;

  @BeforeEach
  void start() {
    manager = Torch.newManager();
    network = new OnnxNetwork(model, manager);
    world = new WorldModel(network);
    target = new WorldModel(new OnnxNetwork(targetModel, manager));
  }

  @AfterEach
  void stop() {
    Torch.recordGradients(false);
    manager.close();
  }

  @Test
  void isTheFormulaWorkedOutByHand() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      assertEquals(byHand(), loss.of(world, target, batch).getFloat(), 1e-5);
    }
  }

  @Test
  void targetsEvaluate() {
    try (OnnxNetwork dropping = new OnnxNetwork(ToyModels.dropping(model), manager);
        OnnxNetwork droppingTarget = new OnnxNetwork(ToyModels.dropping(targetModel), manager)) {
      dropping.training(true);
      droppingTarget.training(true);

      TdMpcLoss.Targets targets =
          loss.targets(new WorldModel(dropping), new WorldModel(droppingTarget), batch);

      TdMpcLoss.Targets plain = loss.targets(world, target, batch);
      assertArrayEquals(plain.latents(), targets.latents());
      assertArrayEquals(plain.values(), targets.values());
      assertTrue(dropping.training() && droppingTarget.training());
    }
  }

  @Test
  void modelLossLeavesThePolicyAlone() {
    Map<String, float[]> gradients =
        gradients(() -> loss.model(world, batch, loss.targets(world, target, batch)).model());
    gradients.forEach(
        (name, gradient) -> assertEquals(name.startsWith("policy."), zero(gradient), name));
  }

  @Test
  void policyLossLeavesAllButThePolicyAlone() {
    Map<String, float[]> gradients =
        gradients(
            () ->
                loss.policy(
                    world,
                    batch,
                    loss.model(world, batch, loss.targets(world, target, batch)).latents()));
    gradients.forEach(
        (name, gradient) -> assertEquals(!name.startsWith("policy."), zero(gradient), name));
  }

  /** Holding the values' weights fast changes nothing of what the policy is told. */
  @Test
  void policyGradientIsThatThroughTheValues() {
    Map<String, float[]> frozen = gradients(() -> policy(true));
    Map<String, float[]> open = gradients(() -> policy(false));
    frozen.forEach(
        (name, gradient) -> {
          if (name.startsWith("policy.")) {
            assertArrayEquals(open.get(name), gradient, 1e-7f, name);
          }
        });
    assertTrue(!zero(open.get("q1.0.weight")) && zero(frozen.get("q1.0.weight")));
  }

  @Test
  void oneLossHasTheGradientsOfBothParts() {
    Map<String, float[]> whole = gradients(() -> loss.of(world, target, batch));
    Map<String, float[]> part =
        gradients(() -> loss.model(world, batch, loss.targets(world, target, batch)).model());
    whole.forEach(
        (name, gradient) -> {
          assertTrue(!zero(gradient), name);
          if (!name.startsWith("policy.")) {
            assertArrayEquals(part.get(name), gradient, 1e-7f, name);
          }
        });
  }

  private NDArray policy(boolean frozen) {
    NDArray z = world.encode(world.array(batch.observations(0, 1), 3)).stopGradient();
    NDArray action = world.policy(z);
    NDList q = frozen ? world.frozenValues(z, action) : world.values(z, action);
    return q.get(0).minimum(q.get(1)).mean();
  }

  private Map<String, float[]> gradients(Supplier<NDArray> made) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.recordGradients(true);
      Torch.backward(made.get());
      Torch.recordGradients(false);
      network
          .parameterArrays()
          .forEach(
              (name, array) -> {
                NDArray gradient = array.getGradient();
                gradients.put(name, gradient.toFloatArray());
                gradient.subi(gradient);
              });
    }
    return gradients;
  }

  private double byHand() {
    PlainModel plain = new PlainModel(model);
    PlainModel slow = new PlainModel(targetModel);
    double sum = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      double[] z = plain.encode(observation(0, i));
      for (int t = 0; t < HORIZON; t++) {
        double action = batch.actions()[t * SEQUENCES + i];
        double reward = batch.rewards()[t * SEQUENCES + i];
        double[] seen = plain.encode(observation(t + 1, i));
        double td = reward + DISCOUNT * Math.min(0, slow.leastValue(seen, plain.policy(seen)));
        double[] next = plain.next(z, action);
        double[] wanted = slow.encode(observation(t + 1, i));
        double off = 0;
        for (int d = 0; d < next.length; d++) {
          off += Math.pow(next[d] - wanted[d], 2) / next.length;
        }
        double step =
            2 * off
                + 0.5 * Math.pow(plain.head("reward", z, action) - reward, 2)
                + 0.1 * Math.pow(plain.head("q1", z, action) - td, 2)
                + 0.1 * Math.pow(plain.head("q2", z, action) - td, 2)
                - 0.1 * plain.leastValue(z, plain.policy(z))
                + 0.001 * Math.pow(plain.unbounded(z), 2);
        sum += Math.pow(0.5, t) * step;
        z = next;
      }
    }
    return sum / (SEQUENCES * HORIZON);
  }

  private double[] observation(int t, int sequence) {
    int at = 3 * (t * SEQUENCES + sequence);
    float[] o = Arrays.copyOfRange(batch.observations(), at, at + 3);
    return new double[] {o[0], o[1], o[2]};
  }

  private static boolean zero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static Replay.Batch batch() {
    SplittableRandom random = new SplittableRandom(8);
    int rows = SEQUENCES * HORIZON;
    return new Replay.Batch(
        SEQUENCES,
        HORIZON,
        Tables.random(random, (HORIZON + 1) * SEQUENCES * 3, 2),
        Tables.random(random, rows, 1),
        Tables.random(random, rows, 1));
  }
}
