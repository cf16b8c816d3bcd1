package dev.espalier.trainer.run;

import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.summary.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds where the tensors of a cut network come from. */
final class Successors {
  private Successors() {}

  /**
   * @param before the tensors of the network before the cut
   * @param after those of the cut network
   * @param kept by initialiser and axis the indices that stay
   * @return for each tensor of the cut network, in its order, what it is made of
   * @throws IllegalArgumentException where there is no such tensor, or what stays of it has another
   *     shape; names it
   */
  static List<Adam.Kept> kept(
      List<TensorShape> before, List<TensorShape> after, Map<String, Map<Integer, int[]>> kept) {
    Map<String, Integer> places = new HashMap<>();
    for (int t = 0; t < before.size(); t++) {
      places.put(before.get(t).name(), t);
    }
    List<Adam.Kept> tensors = new ArrayList<>();
    for (TensorShape tensor : after) {
      Integer place = places.get(tensor.name());
      if (place == null) {
        throw new IllegalArgumentException(
            "the cut network trains tensor \"" + tensor.name() + "\", which was not there before");
      }
      int[] dims = before.get(place).dims();
      Map<Integer, int[]> axes = kept.getOrDefault(tensor.name(), Map.of());
      check(tensor, dims, axes);
      tensors.add(new Adam.Kept(place, dims, axes));
    }
    return tensors;
  }

  private static void check(TensorShape tensor, int[] dims, Map<Integer, int[]> axes) {
    int[] stay = dims.clone();
    axes.forEach(
        (axis, indices) -> {
          for (int i = 0; i < indices.length; i++) {
            int least = i == 0 ? 0 : indices[i - 1] + 1;
            if (axis < 0 || axis >= dims.length || indices[i] < least || indices[i] >= dims[axis]) {
              throw new IllegalArgumentException(
                  "kept[%d] = %d of axis %d of tensor \"%s\" of %s"
                      .formatted(i, indices[i], axis, tensor.name(), Arrays.toString(dims)));
            }
          }
          stay[axis] = indices.length;
        });
    if (!Arrays.equals(stay, tensor.dims())) {
      throw new IllegalArgumentException(
          "tensor \"%s\" is %s in the cut network, what stays of it is %s"
              .formatted(tensor.name(), Arrays.toString(tensor.dims()), Arrays.toString(stay)));
    }
  }
}
