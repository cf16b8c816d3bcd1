package dev.espalier.importance.api;

/** Checks settings. */
final class Bounds {
  private Bounds() {}

  /**
   * @throws IllegalArgumentException with name and value where it is below 1
   */
  static <N extends Number> N atLeastOne(String name, N value) {
    if (value.longValue() < 1) {
      throw new IllegalArgumentException(name + " = " + value + ": must be at least 1");
    }
    return value;
  }
}
