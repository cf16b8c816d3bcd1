package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.pendulum.Starts;
import dev.espalier.trainer.task.Autoencoder;
import org.junit.jupiter.api.Test;

class PendulumJudgeTest {
  private static final TdMpcSettings SETTINGS =
      new TdMpcSettings(
          new PlannerSettings(2, 16, 2, 4, 2, 5, 0.1, 0.98), 16, 2, 2, 3, 2, 0.05, 0.05, 2);

  /** More starts than are played at once. */
  @Test
  void playsEveryStart() {
    OnnxModel model = TdMpcGraph.fresh(new TdMpcSizes(6, 8, 8), 1);
    PendulumJudge judge = new PendulumJudge(SETTINGS);

    PendulumJudge.Judgement all = judge.judge(model, 23);

    assertEquals(23, all.starts());
    assertEquals(23, all.returns().size());
    assertEquals(23, all.returns().stream().distinct().count());
    double mean = all.returns().stream().mapToDouble(r -> r).average().orElseThrow();
    assertEquals(mean, all.meanReturn());
    assertTrue(all.planningMillis() > 0);
    assertEquals(
        model.initializers().values().stream().mapToLong(tensor -> tensor.size()).sum(),
        all.parameters());
    assertEquals(all.returns().subList(0, 20), judge.judge(model, 20).returns());
  }

  /** An agent whose world is full torque to the left plays what full torque to the left gives. */
  @Test
  void returnIsThatOfTheTruePendulum() {
    OnnxModel model = ToyModels.climb(-1);
    PendulumJudge.Judgement judgement =
        new PendulumJudge(
                new TdMpcSettings(
                    new PlannerSettings(1, 200, 0, 1, 2, 5, 0, 1), 1, 1, 1, 1, 1, 0.05, 1, 1))
            .judge(model, 2);
    for (int start = 0; start < 2; start++) {
      Pendulum pendulum = new Pendulum(Starts.state(start));
      double sum = 0;
      for (int step = 0; step < Pendulum.STEPS; step++) {
        sum += pendulum.step(-Pendulum.MOST_TORQUE);
      }
      assertEquals(sum, judgement.returns().get(start), 1e-6);
    }
  }

  @Test
  void whatCannotBeJudgedIsDeclined() {
    PendulumJudge judge = new PendulumJudge(SETTINGS);
    OnnxModel model = TdMpcGraph.fresh(new TdMpcSizes(6, 8, 8), 1);
    assertEquals("starts", assertDeclined(judge, model, 0).field());
    assertEquals("starts", assertDeclined(judge, model, 101).field());
    assertEquals("model", assertDeclined(judge, new Autoencoder(8).freshModel(1), 1).field());
  }

  private static InvalidInput assertDeclined(PendulumJudge judge, OnnxModel model, int count) {
    return assertThrows(InvalidInput.class, () -> judge.judge(model, count));
  }
}
