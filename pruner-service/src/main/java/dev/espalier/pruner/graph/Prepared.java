package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxModel;
import java.util.Map;

/**
 * A model that is ready to be traced.
 *
 * @param original the model as its file has it
 * @param model computes the same; constants are initialisers, and what exporters compute of shapes
 *     is written out
 * @param shapes the concrete shape of every value of {@code model}, free axes at 1 or as the caller
 *     asked; a value may be missing where only running the model could tell
 * @param ints the elements of every small integer value of {@code model} that does not depend on
 *     what is fed; {@link #VARYING} where an element depends on the length of a free axis
 */
public record Prepared(
    OnnxModel original, OnnxModel model, Map<String, long[]> shapes, Map<String, long[]> ints) {
  /** Stands for an element that differs from one batch size to another. */
  public static final long VARYING = Long.MIN_VALUE;
}
