package dev.espalier.pruner.gradient;

/** What a gradient is of; a mean over the samples, which lie on axis 0 of the outputs. */
public sealed interface Loss {
  /** Name of the graph input that labels are fed to. */
  String LABELS = "espalier.labels";

  /**
   * Half the sum of squares of all floating-point outputs, divided by the number of samples: it
   * asks which units carry the most of the outputs' energy, and needs no labels.
   */
  record Energy() implements Loss {}

  /**
   * The mean over all elements of {@code (output - labels)^2}; labels have the output's shape and
   * type.
   *
   * @param output name of a floating-point graph output
   */
  record MeanSquare(String output) implements Loss {}

  /**
   * The mean over all positions of {@code -log softmax(output)[label]} along axis 1; labels are
   * int64 classes in the output's shape without axis 1.
   *
   * @param output name of a floating-point graph output of at least two axes
   */
  record CrossEntropy(String output) implements Loss {}
}
