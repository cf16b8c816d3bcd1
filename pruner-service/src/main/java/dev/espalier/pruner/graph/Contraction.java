package dev.espalier.pruner.graph;

/**
 * An axis that a node sums over: the sum of products of both operands, index by index.
 *
 * @param left position of the one operand among the node's inputs
 * @param leftAxis its axis that is summed over, from 0
 * @param right position of the other operand
 * @param rightAxis its axis that is summed over, from 0
 */
public record Contraction(int left, int leftAxis, int right, int rightAxis) {}
