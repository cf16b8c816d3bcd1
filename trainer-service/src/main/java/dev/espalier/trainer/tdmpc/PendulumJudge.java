package dev.espalier.trainer.tdmpc;

import ai.djl.ndarray.NDManager;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.pendulum.Starts;
import java.util.Arrays;
import java.util.List;

/**
 * Says what an agent is worth: plays fixed starts with any world model of {@link TdMpcGraph}'s
 * form, fresh, trained or cut, and measures how long it plans.
 */
public final class PendulumJudge {
  private static final int TIMED_EPISODES = 2;

  /**
   * What an agent did.
   *
   * @param starts fixed starts that were played
   * @param meanReturn mean undiscounted return of an episode of 200 steps; 0 is the most
   * @param returns of each start, in order
   * @param planningMillis median time to plan one step of one episode, in milliseconds, measured in
   *     episodes of their own after one that was not counted
   * @param parameters values in the model's float initialisers
   */
  public record Judgement(
      int starts,
      double meanReturn,
      List<Double> returns,
      double planningMillis,
      long parameters) {}

  private final PlannerSettings settings;
  private final double noise;

  /**
   * @param settings what the agent is judged with; its planner and noise count
   */
  public PendulumJudge(TdMpcSettings settings) {
    this.settings = settings.planner();
    noise = settings.noise();
  }

  /**
   * @param count plays the first so many of the {@link Starts fixed starts}, 1 to 100
   * @throws InvalidInput where the model is no world model of the pendulum, or the count is out of
   *     range
   */
  public Judgement judge(OnnxModel model, int count) {
    if (count < 1 || count > Starts.COUNT) {
      throw new InvalidInput("starts", count, "choose from 1 to " + Starts.COUNT);
    }
    TdMpcGraph.check(model);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager)) {
      Torch.recordGradients(false);
      WorldModel world = new WorldModel(network);
      world.probe();
      FixedStarts starts = new FixedStarts(settings, noise);
      double[] returns = starts.returns(world, count);
      return new Judgement(
          count,
          Arrays.stream(returns).average().orElseThrow(),
          Arrays.stream(returns).boxed().toList(),
          median(starts, world),
          network.parameterArrays().values().stream().mapToLong(array -> array.size()).sum());
    }
  }

  private static double median(FixedStarts starts, WorldModel world) {
    long[] all = new long[TIMED_EPISODES * Pendulum.STEPS];
    for (int episode = -1; episode < TIMED_EPISODES; episode++) {
      long[] nanos = new long[Pendulum.STEPS];
      starts.play(world, 0, 1, nanos);
      if (episode >= 0) {
        System.arraycopy(nanos, 0, all, episode * Pendulum.STEPS, Pendulum.STEPS);
      }
    }
    Arrays.sort(all);
    return (all[all.length / 2 - 1] + all[all.length / 2]) / 2e6;
  }
}
