package dev.espalier.experiment.runner;

import java.util.OptionalDouble;

/** How far an experiment is. */
public interface Progress {
  /**
   * Is called now and then by any thread, one at a time.
   *
   * @param state where it stands
   */
  void at(State state);

  /** What a person should know, in a sentence. */
  void note(String note);

  /**
   * @param done cells whose results are kept
   * @param all cells of the grid
   * @param running the sum of the shares that the cells at work have done, in cells
   * @param secondsLeft until the last cell is done, finite; empty as long as nothing is known
   */
  record State(int done, int all, double running, OptionalDouble secondsLeft) {
    /** How much of the whole is done, from 0 to 1. */
    public double share() {
      return all == 0 ? 1 : Math.min(1, (done + running) / all);
    }
  }
}
