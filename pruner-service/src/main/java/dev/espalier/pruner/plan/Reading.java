package dev.espalier.pruner.plan;

import dev.espalier.onnx.Node;
import java.util.List;

/**
 * A value whose readers end the contribution of units that lie on its axes.
 *
 * @param value its name
 * @param readers the nodes
 * @param slots by axis and index the slot of the unit that ends there, 0 where none does; null for
 *     an axis on which none does
 */
record Reading(String value, List<Node> readers, int[][] slots) {}
