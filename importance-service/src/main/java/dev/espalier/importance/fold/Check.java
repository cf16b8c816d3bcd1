package dev.espalier.importance.fold;

import dev.espalier.importance.metric.GroupEvidence;

/** Checks that name field, value and rule. */
final class Check {
  private static final int LONGEST_VALUE = 100;

  private Check() {}

  /**
   * @throws IllegalArgumentException where it does not hold
   */
  static void that(boolean holds, String field, Object value, String rule) {
    if (!holds) {
      throw failure(field, value, rule);
    }
  }

  /**
   * @return the value
   * @throws IllegalArgumentException unless it is from 0 to {@link GroupEvidence#LARGEST}
   */
  static double number(String field, double value) {
    if (!(value >= 0 && value <= GroupEvidence.LARGEST)) {
      throw failure(field, value, "must be from 0 to " + GroupEvidence.LARGEST);
    }
    return value;
  }

  /** The failure, with the value cut to 100 characters. */
  static IllegalArgumentException failure(String field, Object value, String rule) {
    String shown = String.valueOf(value);
    if (shown.length() > LONGEST_VALUE) {
      shown = shown.substring(0, LONGEST_VALUE) + "...";
    }
    return new IllegalArgumentException(field + " = " + shown + ": " + rule);
  }
}
