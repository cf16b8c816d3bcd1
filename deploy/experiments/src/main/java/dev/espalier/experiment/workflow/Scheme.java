package dev.espalier.experiment.workflow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * When a network is cut. All train for as many epochs in all; the last cut of {@link #AFTER},
 * {@link #ONE}, {@link #TWO} and {@link #FOUR} falls at the same epoch, so that as many follow.
 * {@link #ONE}, {@link #TWO}, {@link #FOUR} and {@link #LATE} differ in the times of their cuts
 * alone. {@link #AFTER} differs from {@link #ONE} in that a new run begins after the cut: the
 * optimiser starts without moments, the penalty without coefficients, so that the first of its
 * epochs has none, and the data come in the order of a run's first epochs.
 */
enum Scheme {
  /** Not cut at all. */
  NEVER(Way.WHILE, "never cut"),
  /** Trained, cut, trained on as a run of its own, which penalises from its second epoch on. */
  AFTER(
      Way.AFTER,
      "trained for two thirds, then cut, then fine-tuned with the penalty from its second epoch on"),
  /** The same, fine-tuned without the penalty, as is usual. */
  AFTER_PLAIN(Way.AFTER, "the same, fine-tuned without the penalty"),
  /** Cut once in a run that goes on: optimiser, penalty and data go on as if nothing was. */
  ONE(Way.WHILE, "one cut after two thirds of a run that goes on"),
  TWO(Way.WHILE, "two cuts, after one and two thirds"),
  FOUR(Way.WHILE, "four cuts, evenly up to two thirds"),
  /** One cut with a single epoch to follow. */
  LATE(Way.WHILE, "one cut before the last epoch of a run that goes on");

  /** Whether a run goes on over its cuts. */
  private enum Way {
    AFTER,
    WHILE
  }

  private final Way way;
  private final String words;

  Scheme(Way way, String words) {
    this.way = way;
    this.words = words;
  }

  /** As cells are named by it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String words() {
    return words;
  }

  static Scheme of(String label) {
    return Arrays.stream(values())
        .filter(scheme -> scheme.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("scheme = " + label + ": is none"));
  }

  /** Whether training ends before the cut, and fine-tuning is a run of its own. */
  boolean cutsAfter() {
    return way == Way.AFTER;
  }

  /**
   * Epochs completed before each cut.
   *
   * @param epochs in all, a multiple of 6
   */
  List<Integer> cuts(int epochs) {
    int last = 2 * epochs / 3;
    return switch (this) {
      case NEVER -> List.of();
      case AFTER, AFTER_PLAIN, ONE -> List.of(last);
      case LATE -> List.of(epochs - 1);
      case TWO -> List.of(last / 2, last);
      case FOUR -> List.of(last / 4, last / 2, 3 * last / 4, last);
    };
  }

  /**
   * The share that each of several equal cuts removes of what is there then, so that all of them
   * together remove a share of the whole: 1 − (1 − removed)^(1/cuts).
   *
   * @param removed share of the whole, above 0 and below 1
   * @param cuts at least 1
   */
  static double shareOfEach(double removed, int cuts) {
    return 1 - Math.pow(1 - removed, 1.0 / cuts);
  }
}
