package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.InvalidInput;

/**
 * How the planner searches.
 *
 * @param horizon steps that it looks ahead, 1 to 50
 * @param samples action sequences drawn in each round, 1 to 4096
 * @param policySamples action sequences that follow the policy, 0 to 4096
 * @param elites best sequences that the next round is drawn around, 1 to samples
 * @param rounds rounds of drawing, 1 to 50
 * @param temperature how much more a better sequence weighs: exp(temperature * (value - best)), at
 *     least 0
 * @param momentum share of the last round's mean that is kept, in [0, 1)
 * @param discount of a step, in (0, 1]
 */
public record PlannerSettings(
    int horizon,
    int samples,
    int policySamples,
    int elites,
    int rounds,
    double temperature,
    double momentum,
    double discount) {
  private static final int MOST_STEPS = 50;
  private static final int MOST_SAMPLES = 4096;

  public PlannerSettings {
    check("horizon", horizon, horizon >= 1 && horizon <= MOST_STEPS, "1 to 50");
    check("samples", samples, samples >= 1 && samples <= MOST_SAMPLES, "1 to 4096");
    check(
        "policy_samples",
        policySamples,
        policySamples >= 0 && policySamples <= MOST_SAMPLES,
        "0 to 4096");
    check("elites", elites, elites >= 1 && elites <= samples, "1 to the number of samples");
    check("rounds", rounds, rounds >= 1 && rounds <= MOST_STEPS, "1 to 50");
    check("temperature", temperature, temperature >= 0 && temperature < 1e6, "0 to 1e6");
    check("momentum", momentum, momentum >= 0 && momentum < 1, "at least 0, below 1");
    check("discount", discount, discount > 0 && discount <= 1, "above 0, at most 1");
  }

  public static PlannerSettings defaults() {
    return new PlannerSettings(8, 32, 8, 8, 3, 5, 0.1, 0.98);
  }

  private static void check(String field, Object value, boolean valid, String range) {
    if (!valid) {
      throw new InvalidInput("planner." + field, value, "choose from " + range);
    }
  }
}
