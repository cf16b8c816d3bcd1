package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;

/**
 * Initialiser axes that the rules left alone. A rule that says nothing of an axis has not
 * understood it, so that it is never cut.
 */
final class Untouched {
  private static final int MANY = -1;

  private Untouched() {}

  /** Fixes every initialiser axis none of whose units lies on any other axis. */
  static void fix(OnnxModel model, Axes axes) {
    int[] owner = new int[axes.idCount()];
    int column = 0;
    for (Tensor tensor : model.initializers().values()) {
      for (int[] axis : axes.of(tensor.name())) {
        column++;
        for (int id : axis) {
          int unit = axes.unit(id);
          owner[unit] = owner[unit] == 0 || owner[unit] == column ? column : MANY;
        }
      }
    }
    for (Node node : model.nodes()) {
      for (String output : node.outputs()) {
        for (int[] axis : axes.of(output)) {
          for (int id : axis) {
            owner[axes.unit(id)] = MANY;
          }
        }
      }
    }
    owner[Axes.FIXED] = MANY;
    for (Tensor tensor : model.initializers().values()) {
      for (int[] axis : axes.of(tensor.name())) {
        if (Arrays.stream(axis).noneMatch(id -> owner[axes.unit(id)] == MANY)) {
          axes.fix(axis);
        }
      }
    }
  }
}
