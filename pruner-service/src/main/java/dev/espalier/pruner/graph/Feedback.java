package dev.espalier.pruner.graph;

import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * State feedback declared with a model: its value {@code from} of one step is its value {@code to}
 * of the next.
 */
record Feedback(String from, String to) {
  /** Key of the metadata property; its value is a list such as {@code z_next=z, h_next=h}. */
  static final String KEY = "espalier.feedback";

  private static final String PLACE = "metadata \"" + KEY + "\"";

  /**
   * @throws OnnxException where the property is not such a list
   */
  static List<Feedback> of(OnnxModel model) {
    List<Feedback> all = new ArrayList<>();
    for (String pair : model.metadata().getOrDefault(KEY, "").split("[,;]")) {
      if (pair.isBlank()) {
        continue;
      }
      String[] sides = pair.strip().split("\\s*=\\s*", -1);
      if (sides.length != 2 || sides[0].isEmpty() || sides[1].isEmpty()) {
        throw new OnnxException(PLACE, "\"" + pair.strip() + "\" is not of the form from=to");
      }
      all.add(new Feedback(sides[0], sides[1]));
    }
    return all;
  }

  /** Ties the axes of both values. */
  void tie(Axes axes) {
    int[][] a = axes.of(from);
    int[][] b = axes.of(to);
    if (a.length == 0 || a.length != b.length) {
      throw new OnnxException(
          PLACE,
          "\"%s=%s\": both must be values of the graph with the same axes, they have %d and %d"
              .formatted(from, to, a.length, b.length));
    }
    for (int axis = 0; axis < a.length; axis++) {
      if (a[axis].length != b[axis].length) {
        throw new OnnxException(
            PLACE,
            "\"%s=%s\": axis %d has lengths %d and %d"
                .formatted(from, to, axis, a[axis].length, b[axis].length));
      }
      axes.tie(a[axis], b[axis]);
    }
  }
}
