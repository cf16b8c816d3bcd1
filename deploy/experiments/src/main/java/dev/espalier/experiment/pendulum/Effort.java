package dev.espalier.experiment.pendulum;

/**
 * How much is played.
 *
 * @param episodes that an agent trains
 * @param starts fixed starts that an agent is judged on, the first so many of the 100
 * @param moreEpisodes that an agent trains on after an overall cut; 0 for none of it
 */
record Effort(int episodes, int starts, int moreEpisodes) {
  static Effort of(boolean quick) {
    return quick ? new Effort(2, 1, 0) : new Effort(24, 20, 4);
  }
}
