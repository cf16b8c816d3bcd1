package dev.espalier.pruner.plan;

import dev.espalier.pruner.calibration.Calibration;
import java.util.List;
import java.util.Optional;

/** The channel scores by the names that users give them. */
public final class ChannelScores {
  /** All names. */
  public static final List<String> NAMES = List.of("l1", "l2", "activation", "taylor");

  private ChannelScores() {}

  /**
   * @param calibration data to run the model on, needed by activation and taylor
   * @throws PlanException where there is no such score, or it needs data
   */
  public static ChannelScore of(String name, Optional<Calibration> calibration) {
    return switch (name) {
      case "l1" -> WeightScore.L1;
      case "l2" -> WeightScore.L2;
      case "activation" -> new ActivationScore(data(name, calibration), ScoreOptions.DEFAULT);
      case "taylor" -> new TaylorScore(data(name, calibration), ScoreOptions.DEFAULT);
      default -> throw new PlanException("score \"" + name + "\" is none of " + NAMES);
    };
  }

  private static Calibration data(String name, Optional<Calibration> calibration) {
    return calibration.orElseThrow(
        () ->
            new PlanException(
                "score \"" + name + "\" needs calibration data; give some, or take l1 or l2"));
  }
}
