package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final PlannerSettings SETTINGS =
      new PlannerSettings(5, 256, 8, 24, 10, 1, 0.1, 0.98);

  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
    Torch.recordGradients(false);
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  @Test
  void findsTheActionThatIsWorthMost() {
    float[] observations = {0.3f, 0, 0, -0.75f, 0, 0, 0, 9, 9, 5, 0, 0};
    double[] actions = plan(ToyModels.follow(), observations, 5, tracks(4));
    assertArrayEquals(new double[] {0.3, -0.75, 0, 1}, actions, 0.05);
  }

  @Test
  void looksBeyondTheHorizonByTheValue() {
    for (int horizon = 1; horizon <= 5; horizon++) {
      assertEquals(1, plan(ToyModels.climb(0.5f), new float[3], horizon, tracks(1))[0], 0.02);
      assertEquals(-1, plan(ToyModels.climb(-0.5f), new float[3], horizon, tracks(1))[0], 0.02);
    }
  }

  @Test
  void planOfSeveralIsThePlanOfEach() {
    float[] observations = {0.3f, 0.1f, 0, -0.7f, 1, 0, 0.5f, 9, -9};
    double[] together = plan(ToyModels.follow(), observations, 5, tracks(3));
    List<Track> each = tracks(3);
    for (int s = 0; s < 3; s++) {
      float[] own = Arrays.copyOfRange(observations, 3 * s, 3 * s + 3);
      double[] alone = plan(ToyModels.follow(), own, 5, List.of(each.get(s)));
      assertEquals(together[s], alone[0], 1e-5, "start " + s);
    }
  }

  @Test
  void planningEvaluates() {
    float[] observation = {0.6f, 0, 0};
    try (OnnxNetwork network = new OnnxNetwork(ToyModels.dropping(ToyModels.follow()), manager)) {
      network.training(true);

      double[] actions =
          new Planner(SETTINGS)
              .plan(new WorldModel(network), observation, tracks(1), 5, 0.02, false);

      assertArrayEquals(plan(ToyModels.follow(), observation, 5, tracks(1)), actions);
      assertTrue(network.training());
    }
  }

  @Test
  void nextPlanBeginsWithThisOneShifted() {
    List<Track> tracks = tracks(1);
    plan(ToyModels.follow(), new float[] {0.4f, 0, 0}, 5, tracks);
    float[] mean = tracks.getFirst().mean();
    for (int t = 0; t < 4; t++) {
      assertEquals(0.4, mean[t], 0.1, "step " + t);
    }
    assertEquals(0f, mean[4]);
    plan(ToyModels.follow(), new float[] {0.4f, 0, 0}, 2, tracks);
    assertArrayEquals(new float[] {0, 0, 0, 0}, Arrays.copyOfRange(mean, 1, 5));
  }

  @Test
  void exploringActionsSpreadAroundTheBest() {
    List<Track> tracks = tracks(1);
    double sum = 0;
    double square = 0;
    int plans = 60;
    try (OnnxNetwork network = new OnnxNetwork(ToyModels.follow(), manager)) {
      for (int i = 0; i < plans; i++) {
        double action =
            new Planner(SETTINGS)
                .plan(new WorldModel(network), new float[] {0.2f, 0, 0}, tracks, 1, 0.2, true)[0];
        sum += action;
        square += (action - 0.2) * (action - 0.2);
      }
    }
    assertEquals(0.2, sum / plans, 0.1);
    assertEquals(0.2, Math.sqrt(square / plans), 0.08);
  }

  @Test
  void sameTracksSameActions() {
    float[] observation = {0.3f, 0, 0};
    assertArrayEquals(
        plan(ToyModels.follow(), observation, 5, tracks(1)),
        plan(ToyModels.follow(), observation, 5, tracks(1)));
  }

  @Test
  void modelThatSaysNothingStillGivesAnAction() {
    double action = plan(ToyModels.climb(Float.NaN), new float[3], 5, tracks(1))[0];
    assertTrue(action >= -1 && action <= 1, "" + action);
  }

  @Test
  void settingsAreBounded() {
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> new PlannerSettings(5, 10, 0, 11, 1, 1, 0, 0.99));
    assertEquals("planner.elites", e.field());
    assertThrows(InvalidInput.class, () -> new PlannerSettings(0, 10, 0, 1, 1, 1, 0, 0.99));
    assertThrows(InvalidInput.class, () -> new PlannerSettings(5, 10, 0, 1, 1, 1, 1, 0.99));
    assertThrows(InvalidInput.class, () -> new PlannerSettings(5, 10, 0, 1, 1, 1, 0, 1.01));
  }

  private static double[] plan(
      OnnxModel model, float[] observations, int horizon, List<Track> tracks) {
    try (OnnxNetwork network = new OnnxNetwork(model, manager)) {
      return new Planner(SETTINGS)
          .plan(new WorldModel(network), observations, tracks, horizon, 0.02, false);
    }
  }

  private static List<Track> tracks(int count) {
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tracks.add(new Track(5, CountedRandom.of(9, i)));
    }
    return tracks;
  }
}
