package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxModel;
import java.util.Map;
import java.util.Objects;

/**
 * A model that is ready to be traced and cut: its shape arithmetic is folded, and what there is to
 * know of its values without data is known. A free axis is one whose length the model leaves open,
 * the batch above all.
 *
 * <p>In {@code model}, {@code Constant} nodes are initialisers, and an integer input of a node that
 * nodes computed without the graph inputs' data is an initialiser named {@code <value>/literal}.
 * Where some of its entries depend on a free axis' length, the input is {@code <value>/fixed},
 * {@code Where(<value>/varies, <value>, <value>/literal)}: the varying entries as the model
 * computes them, the others as the literal, which alone has to be rewritten when a cut changes
 * them. Where even the number of entries depends on it, the input stays as it was. The nodes that
 * compute such a value stay as they were, too: they read shapes, and so follow a cut by themselves.
 *
 * @param original the model as its file has it
 * @param model computes the same
 * @param shapes the length of each axis of every value of {@code model}, free axes as asked for,
 *     else at 1; a value is missing where only running the model could tell
 * @param ints the elements, row-major, of every int32 and int64 value of {@code model} that does
 *     not depend on the graph inputs' data and has at most 2^16 elements; {@link #VARYING} where an
 *     element depends on a free axis' length
 * @param inputShapes whole shapes of the inputs that the caller gave one for
 */
public record Prepared(
    OnnxModel original,
    OnnxModel model,
    Map<String, long[]> shapes,
    Map<String, long[]> ints,
    Map<String, long[]> inputShapes) {
  /** Stands for an element that depends on the length of a free axis. */
  public static final long VARYING = Long.MIN_VALUE;

  public Prepared {
    Objects.requireNonNull(original, "original");
    Objects.requireNonNull(model, "model");
    shapes = Map.copyOf(shapes);
    ints = Map.copyOf(ints);
    inputShapes = Map.copyOf(inputShapes);
  }

  /** A model for which no input shape was given. */
  public Prepared(
      OnnxModel original, OnnxModel model, Map<String, long[]> shapes, Map<String, long[]> ints) {
    this(original, model, shapes, ints, Map.of());
  }
}
