package dev.espalier.trainer.tdmpc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.task.Objective;
import java.util.Arrays;
import java.util.List;

/**
 * A TD-MPC agent that learns to swing the pendulum up and hold it there. An epoch is an episode: in
 * each batch the agent plans and makes one step, then learns from a batch of all it has seen.
 * Before the first epoch it acts at random for some episodes.
 */
public final class PendulumTdMpc implements Objective {
  /** Step size of Adam that the settings were chosen with. */
  public static final double LEARNING_RATE = 1e-3;

  private final TdMpcSettings settings;
  private final long seed;
  private final Planner planner;
  private final FixedStarts starts;
  private final TdMpcLoss loss;
  private final NDManager manager = Torch.newManager();
  private TdMpcState state;
  private OnnxNetwork target;

  /**
   * @param seed of starts, exploration and batches
   */
  public PendulumTdMpc(TdMpcSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
    planner = new Planner(settings.planner());
    starts = new FixedStarts(settings.planner(), settings.noise());
    loss = new TdMpcLoss(settings.planner().discount());
    state = new TdMpcState(settings);
  }

  @Override
  public int batchesPerEpoch() {
    return Pendulum.STEPS;
  }

  @Override
  public void startEpoch(OnnxNetwork network, int epoch) {
    if (target == null) {
      copyTarget(network);
    }
    CountedRandom random = CountedRandom.of(seed, epoch);
    if (state.replay().episodes().isEmpty()) {
      for (int i = 0; i < settings.seedEpisodes(); i++) {
        actAtRandom(random);
      }
    }
    state.begin(epoch, random);
  }

  private void actAtRandom(CountedRandom random) {
    Pendulum pendulum = new Pendulum(Pendulum.State.drawn(random));
    Replay.Episode episode = state.replay().begin();
    pendulum.observe(episode.observations, 0);
    for (int step = 0; step < Pendulum.STEPS; step++) {
      act(pendulum, episode, random.nextDouble(-1, 1));
    }
  }

  private static double act(Pendulum pendulum, Replay.Episode episode, double action) {
    double reward = pendulum.step(Pendulum.MOST_TORQUE * action);
    int step = episode.length++;
    episode.actions[step] = (float) action;
    episode.rewards[step] = (float) (TdMpcGraph.REWARD_SCALE * reward);
    pendulum.observe(episode.observations, episode.length * Pendulum.OBSERVATION);
    return reward;
  }

  @Override
  public NDArray loss(OnnxNetwork network, int batch) {
    Replay.Episode episode = state.episode();
    if (episode.length != batch) {
      throw new IllegalArgumentException(
          "batch " + batch + ": the next step of the episode is " + episode.length);
    }
    Torch.recordGradients(false);
    WorldModel model = new WorldModel(network);
    int epoch = state.epoch();
    float[] observation =
        Arrays.copyOfRange(
            episode.observations, batch * Pendulum.OBSERVATION, (batch + 1) * Pendulum.OBSERVATION);
    double[] action =
        planner.plan(
            model,
            observation,
            List.of(state.track()),
            settings.horizonIn(epoch),
            settings.noiseIn(epoch),
            true);
    state.earn(act(state.pendulum(), episode, action[0]));
    Replay.Batch drawn =
        state.replay().sample(settings.batch(), settings.sequence(), state.track().random());
    return loss.of(model, new WorldModel(target), drawn);
  }

  @Override
  public void stepped(OnnxNetwork network) {
    Parameters.blend(network, target, (float) settings.targetRate());
  }

  @Override
  public double validate(OnnxNetwork network) {
    double[] returns = starts.returns(new WorldModel(network), settings.validationStarts());
    return -Arrays.stream(returns).average().orElseThrow();
  }

  /** What the episode that is under way, or the last one, has earned so far. */
  public double episodeReturn() {
    return state.earned();
  }

  @Override
  public String dataDigest() {
    return "";
  }

  @Override
  public byte[] state() {
    return StateBytes.write(state, target == null ? new float[0][] : Parameters.values(target));
  }

  @Override
  public void restore(OnnxNetwork network, byte[] bytes) {
    StateBytes.Read read = StateBytes.read(bytes, settings);
    dropTarget();
    if (read.target().length > 0) {
      copyTarget(network);
      Parameters.set(target, read.target());
    }
    state = read.state();
  }

  @Override
  public void replaced(OnnxNetwork smaller) {
    copyTarget(smaller);
  }

  private void copyTarget(OnnxNetwork network) {
    OnnxModel model = network.toModel();
    TdMpcGraph.check(model);
    dropTarget();
    target = new OnnxNetwork(model, manager);
    target.parameterArrays().values().forEach(array -> array.setRequiresGradient(false));
  }

  private void dropTarget() {
    if (target != null) {
      target.close();
      target = null;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
