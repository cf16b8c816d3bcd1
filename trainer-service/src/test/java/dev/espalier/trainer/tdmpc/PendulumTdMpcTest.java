package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.pendulum.Pendulum;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendulumTdMpcTest {
  private static final TdMpcSizes SIZES = new TdMpcSizes(8, 16, 16);
  private static final TdMpcSettings SETTINGS =
      new TdMpcSettings(
          new PlannerSettings(3, 16, 4, 4, 2, 5, 0.1, 0.98), 16, 4, 2, 3, 2, 0.1, 0.05, 2);

  private NDManager manager;

  @BeforeEach
  void start() {
    manager = Torch.newManager();
  }

  @AfterEach
  void stop() {
    Torch.recordGradients(false);
    manager.close();
  }

  /** Cut in the first episode, just before a new one, and where old episodes have been dropped. */
  @ParameterizedTest
  @ValueSource(ints = {0, 57, 199, 410})
  void resumedRunRepeatsAnUndisturbedOne(int cut) {
    int total = cut + 60;
    try (PendulumTdMpc whole = new PendulumTdMpc(SETTINGS, 5);
        OnnxNetwork network = network(SIZES);
        PendulumTdMpc first = new PendulumTdMpc(SETTINGS, 5);
        OnnxNetwork before = network(SIZES);
        PendulumTdMpc second = new PendulumTdMpc(SETTINGS, 5)) {
      run(whole, network, 0, total);
      run(first, before, 0, cut);
      byte[] state = first.state();
      try (OnnxNetwork after = new OnnxNetwork(before.toModel(), manager)) {
        second.restore(after, state);
        assertArrayEquals(state, second.state());
        run(second, after, cut, total);

        assertEquals(network.toModel().digest(), after.toModel().digest());
        assertArrayEquals(whole.state(), second.state());
        assertEquals(whole.episodeReturn(), second.episodeReturn());
        Torch.recordGradients(false);
        assertEquals(whole.validate(network), second.validate(after));
      }
    }
  }

  @Test
  void otherSeedOtherRun() {
    try (PendulumTdMpc one = new PendulumTdMpc(SETTINGS, 5);
        PendulumTdMpc other = new PendulumTdMpc(SETTINGS, 6);
        OnnxNetwork network = network(SIZES)) {
      one.startEpoch(network, 0);
      other.startEpoch(network, 0);
      assertTrue(!Arrays.equals(one.state(), other.state()));
    }
  }

  @Test
  void validationChangesNothing() {
    try (PendulumTdMpc agent = new PendulumTdMpc(SETTINGS, 5);
        OnnxNetwork network = network(SIZES)) {
      run(agent, network, 0, 10);
      byte[] state = agent.state();
      String digest = network.toModel().digest();
      Torch.recordGradients(false);
      double validation = agent.validate(network);

      assertEquals(validation, agent.validate(network));
      assertArrayEquals(state, agent.state());
      assertEquals(digest, network.toModel().digest());
      assertTrue(validation > 0 && validation < Pendulum.MOST_COST * Pendulum.STEPS);
    }
  }

  @Test
  void goesOnWithASmallerNetwork() {
    try (PendulumTdMpc agent = new PendulumTdMpc(SETTINGS, 5);
        OnnxNetwork network = network(SIZES);
        OnnxNetwork smaller = network(new TdMpcSizes(5, 9, 11))) {
      run(agent, network, 0, 10);

      agent.replaced(smaller);

      byte[] state = agent.state();
      run(agent, smaller, 10, 20);
      try (PendulumTdMpc resumed = new PendulumTdMpc(SETTINGS, 5)) {
        resumed.restore(smaller, state);
        assertThrows(IllegalArgumentException.class, () -> resumed.restore(network, state));
      }
    }
  }

  @Test
  void targetFollowsSlowly() {
    try (OnnxNetwork from = network(SIZES);
        OnnxNetwork into = new OnnxNetwork(TdMpcGraph.fresh(SIZES, 99), manager)) {
      float[][] before = Parameters.values(into);
      Parameters.blend(from, into, 0.25f);
      float[][] source = Parameters.values(from);
      float[][] after = Parameters.values(into);
      for (int t = 0; t < before.length; t++) {
        for (int i = 0; i < before[t].length; i++) {
          assertEquals(0.75 * before[t][i] + 0.25 * source[t][i], after[t][i], 1e-6);
        }
      }
    }
  }

  @Test
  void whatIsNoStateIsDeclined() {
    try (PendulumTdMpc agent = new PendulumTdMpc(SETTINGS, 5);
        OnnxNetwork network = network(SIZES)) {
      run(agent, network, 0, 3);
      byte[] state = agent.state();
      SplittableRandom random = new SplittableRandom(1);
      assertDeclined(agent, network, new byte[0]);
      assertDeclined(agent, network, new byte[64]);
      assertDeclined(agent, network, Arrays.copyOf(state, state.length + 4));
      for (int i = 0; i < 200; i++) {
        assertDeclined(agent, network, Arrays.copyOf(state, random.nextInt(state.length)));
      }
    }
  }

  private static void assertDeclined(PendulumTdMpc agent, OnnxNetwork network, byte[] bytes) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> agent.restore(network, bytes));
    assertTrue(e.getMessage().startsWith("state: "), e.getMessage());
  }

  /**
   * The model is asked for what the true pendulum does: rewards along actions that it has never
   * seen, each predicted from the first observation alone.
   */
  @Test
  void learnsToPredictThePendulum() {
    TdMpcSettings settings =
        new TdMpcSettings(
            new PlannerSettings(5, 32, 4, 8, 2, 5, 0.1, 0.98), 64, 5, 5, 100, 25, 0.05, 0.01, 2);
    try (PendulumTdMpc agent = new PendulumTdMpc(settings, 3);
        OnnxNetwork network = network(new TdMpcSizes(16, 32, 48))) {
      double before = predictionError(network);
      SteppedByAdam steps = new SteppedByAdam(network);
      agent.startEpoch(network, 0);
      double first = 0;
      double last = 0;
      for (int batch = 0; batch < Pendulum.STEPS; batch++) {
        double loss = steps.step(agent, network, batch);
        first += batch < 10 ? loss : 0;
        last += batch >= Pendulum.STEPS - 10 ? loss : 0;
      }
      double after = predictionError(network);

      assertTrue(last < 0.5 * first, "loss: " + first / 10 + ", then " + last / 10);
      assertTrue(after < 0.3 * before, "error of rewards: " + before + ", then " + after);
    }
  }

  /** Root of the mean squared error of scaled rewards, five steps ahead. */
  private static double predictionError(OnnxNetwork network) {
    PlainModel model = new PlainModel(network.toModel());
    SplittableRandom random = new SplittableRandom(77);
    double square = 0;
    int count = 0;
    for (int sequence = 0; sequence < 60; sequence++) {
      Pendulum pendulum = new Pendulum(Pendulum.State.drawn(random));
      float[] o = new float[3];
      pendulum.observe(o, 0);
      double[] z = model.encode(new double[] {o[0], o[1], o[2]});
      for (int t = 0; t < 5; t++) {
        double action = random.nextDouble(-1, 1);
        double reward = TdMpcGraph.REWARD_SCALE * pendulum.step(Pendulum.MOST_TORQUE * action);
        square += Math.pow(model.head("reward", z, action) - reward, 2);
        count++;
        z = model.next(z, action);
      }
    }
    return Math.sqrt(square / count);
  }

  private OnnxNetwork network(TdMpcSizes sizes) {
    OnnxModel model = TdMpcGraph.fresh(sizes, 1);
    return new OnnxNetwork(model, manager);
  }

  /**
   * Batches {@code from} to {@code to} of a run, with plain gradient descent, which has no state.
   */
  private static void run(PendulumTdMpc agent, OnnxNetwork network, int from, int to) {
    for (int batch = from; batch < to; batch++) {
      if (batch % Pendulum.STEPS == 0) {
        agent.startEpoch(network, batch / Pendulum.STEPS);
      }
      learn(agent, network, batch % Pendulum.STEPS, (p, g) -> p.subi(g.mul(0.01f)));
    }
  }

  private static double learn(
      PendulumTdMpc agent,
      OnnxNetwork network,
      int batch,
      java.util.function.BiConsumer<NDArray, NDArray> update) {
    double value;
    network.training(true);
    Torch.recordGradients(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray loss = agent.loss(network, batch);
      Torch.backward(loss);
      Torch.recordGradients(false);
      for (NDArray parameter : network.parameterArrays().values()) {
        NDArray gradient = parameter.getGradient();
        update.accept(parameter, gradient);
        gradient.subi(gradient);
      }
      value = loss.getFloat();
    }
    agent.stepped(network);
    return value;
  }

  private static final class SteppedByAdam {
    private final Adam adam;

    SteppedByAdam(OnnxNetwork network) {
      adam =
          new Adam(
              AdamSettings.of(PendulumTdMpc.LEARNING_RATE),
              network.parameterArrays().values().stream()
                  .mapToInt(array -> (int) array.size())
                  .toArray());
    }

    double step(PendulumTdMpc agent, OnnxNetwork network, int batch) {
      adam.begin();
      int[] tensor = {0};
      return learn(
          agent,
          network,
          batch,
          (parameter, gradient) -> {
            float[] values = parameter.toFloatArray();
            adam.update(tensor[0]++, 0, gradient.toFloatArray(), values, values.length);
            parameter.set(values);
          });
    }
  }
}
