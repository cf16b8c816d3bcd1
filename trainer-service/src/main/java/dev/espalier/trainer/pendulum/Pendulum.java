package dev.espalier.trainer.pendulum;

import java.util.random.RandomGenerator;

/**
 * The inverted pendulum: a rod that hangs on a motor too weak to lift it at once. Dynamics and
 * reward are those of Gymnasium's Pendulum-v1, in double:
 *
 * <pre>
 * reward = -(norm(theta)^2 + 0.1 omega^2 + 0.001 u^2)
 * omega' = clip(omega + (3 g / (2 l) sin(theta) + 3 / (m l^2) u) dt, -8, 8)
 * theta' = theta + omega' dt
 * </pre>
 *
 * with g = 10 m/s^2, l = 1 m, m = 1 kg, dt = 0.05 s, u the torque in N m and theta = 0 upright.
 */
public final class Pendulum {
  /** Steps of an episode. */
  public static final int STEPS = 200;

  /** Values of an observation: cos(theta), sin(theta), omega in rad/s. */
  public static final int OBSERVATION = 3;

  /** Most torque either way, in N m. */
  public static final double MOST_TORQUE = 2;

  /** Most speed either way, in rad/s. */
  public static final double MOST_SPEED = 8;

  /** Most that a step can cost: hanging down at full speed with full torque. */
  public static final double MOST_COST = Math.PI * Math.PI + 6.4 + 0.004;

  private static final double GRAVITY = 10;
  private static final double MASS = 1;
  private static final double LENGTH = 1;
  private static final double SECONDS = 0.05;
  private static final double TURN = 2 * Math.PI;

  /**
   * Where the rod is and how fast it turns.
   *
   * @param theta angle from upright in rad, any finite number: turns are counted
   * @param omega speed in rad/s, in [-8, 8]
   */
  public record State(double theta, double omega) {
    public State {
      if (!Double.isFinite(theta) || !(Math.abs(omega) <= MOST_SPEED)) {
        throw new IllegalArgumentException(
            "theta = " + theta + ", omega = " + omega + ": must be finite and in [-8, 8]");
      }
    }

    /** A start as the environment draws it: theta in [-pi, pi), omega in [-1, 1). */
    public static State drawn(RandomGenerator random) {
      double theta = random.nextDouble(-Math.PI, Math.PI);
      return new State(theta, random.nextDouble(-1, 1));
    }
  }

  private State state;

  public Pendulum(State start) {
    state = start;
  }

  public State state() {
    return state;
  }

  /**
   * Goes on by one step.
   *
   * @param torque in N m; what is beyond {@link #MOST_TORQUE} is cut off
   * @return the reward, in [-{@link #MOST_COST}, 0]
   */
  public double step(double torque) {
    double u = Math.clamp(torque, -MOST_TORQUE, MOST_TORQUE);
    double theta = state.theta();
    double omega = state.omega();
    double angle = normal(theta);
    double cost = angle * angle + 0.1 * omega * omega + 0.001 * u * u;
    double push =
        3 * GRAVITY / (2 * LENGTH) * StrictMath.sin(theta) + 3 / (MASS * LENGTH * LENGTH) * u;
    double next = Math.clamp(omega + push * SECONDS, -MOST_SPEED, MOST_SPEED);
    state = new State(theta + next * SECONDS, next);
    return -cost;
  }

  /** Writes the observation into an array, from an index on. */
  public void observe(float[] target, int at) {
    target[at] = (float) StrictMath.cos(state.theta());
    target[at + 1] = (float) StrictMath.sin(state.theta());
    target[at + 2] = (float) state.omega();
  }

  /** The same angle in [-pi, pi). */
  static double normal(double theta) {
    double rest = (theta + Math.PI) % TURN;
    return (rest < 0 ? rest + TURN : rest) - Math.PI;
  }
}
