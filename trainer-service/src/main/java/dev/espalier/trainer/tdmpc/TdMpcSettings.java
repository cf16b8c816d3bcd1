package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.InvalidInput;

/**
 * How the agent learns.
 *
 * @param planner how it plans
 * @param batch sequences in a batch, 1 to 4096
 * @param sequence steps of a sequence that is learned from, 1 to 50
 * @param seedEpisodes episodes of random actions before the first epoch, 1 to 100
 * @param replayEpisodes newest episodes that are kept, at least seedEpisodes, at most 2000
 * @param exploringEpochs epochs over which exploration falls and the planner's horizon grows, 1 to
 *     10000
 * @param noise deviation of exploration at the end of these, in (0, 1]
 * @param targetRate share of the network that the target network takes over a step, in (0, 1]
 * @param validationStarts fixed starts that a validation plays, 1 to 100
 */
public record TdMpcSettings(
    PlannerSettings planner,
    int batch,
    int sequence,
    int seedEpisodes,
    int replayEpisodes,
    int exploringEpochs,
    double noise,
    double targetRate,
    int validationStarts) {
  private static final double FIRST_NOISE = 0.5;

  public TdMpcSettings {
    check("batch_size", batch, 1, 4096);
    check("sequence", sequence, 1, 50);
    check("seed_episodes", seedEpisodes, 1, 100);
    check("replay_episodes", replayEpisodes, seedEpisodes, 2000);
    check("exploring_epochs", exploringEpochs, 1, 10_000);
    check("validation_starts", validationStarts, 1, 100);
    share("noise", noise);
    share("target_rate", targetRate);
  }

  public static TdMpcSettings defaults() {
    return new TdMpcSettings(PlannerSettings.defaults(), 128, 5, 5, 500, 20, 0.05, 0.01, 10);
  }

  /**
   * The defaults but for two.
   *
   * @throws InvalidInput where one is out of its range
   */
  public static TdMpcSettings of(int batch, int validationStarts) {
    TdMpcSettings usual = defaults();
    return new TdMpcSettings(
        usual.planner,
        batch,
        usual.sequence,
        usual.seedEpisodes,
        usual.replayEpisodes,
        usual.exploringEpochs,
        usual.noise,
        usual.targetRate,
        validationStarts);
  }

  /** Deviation of exploration in an epoch: falls in a line. */
  double noiseIn(int epoch) {
    return Math.max(noise, FIRST_NOISE + share(epoch) * (noise - FIRST_NOISE));
  }

  /** Steps that are looked ahead in an epoch: grow in a line. */
  int horizonIn(int epoch) {
    return 1 + (int) Math.floor(share(epoch) * (planner.horizon() - 1));
  }

  private double share(int epoch) {
    return Math.min(1, (double) epoch / exploringEpochs);
  }

  private static void check(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidInput("pendulum." + field, value, "choose from " + least + " to " + most);
    }
  }

  private static void share(String field, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new InvalidInput("pendulum." + field, value, "choose a share above 0, at most 1");
    }
  }
}
