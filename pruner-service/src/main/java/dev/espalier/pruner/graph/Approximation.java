package dev.espalier.pruner.graph;

/**
 * A place where a node divides by, averages over or normalises over an axis that can be cut: what
 * stays is then computed from fewer units, and no masking of the original's weights equals it.
 *
 * @param node the node's name
 * @param operator its ONNX operator type
 * @param reason why, in words
 * @param ids the ids on that axis, as {@link Axes} gave them
 */
public record Approximation(String node, String operator, String reason, int[] ids) {}
