package dev.espalier.trainer.pendulum;

/**
 * Fixed start states on which agents are compared. The angle follows the golden ratio's sequence,
 * the speed van der Corput's, over the range that the environment draws its starts from: the first
 * few of them cover it evenly, and so do all.
 */
public final class Starts {
  /** How many there are. */
  public static final int COUNT = 100;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private Starts() {}

  /**
   * @param index 0 to 99
   */
  public static Pendulum.State state(int index) {
    if (index < 0 || index >= COUNT) {
      throw new IllegalArgumentException("start " + index + ": choose from 0 to " + (COUNT - 1));
    }
    double turn = (index + 0.5) * GOLDEN;
    double theta = turn - Math.floor(turn);
    double omega = Integer.toUnsignedLong(Integer.reverse(index + 1)) / 0x1p32;
    return new Pendulum.State(Math.PI * (2 * theta - 1), 2 * omega - 1);
  }
}
