package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where groups lie: the slices of each tensor, in the order of the groups. */
final class Placement {
  /**
   * A slice of the tensor.
   *
   * @param group column of the group
   */
  record Place(int group, int axis, int[] indices) {}

  private final List<List<Place>> byTensor = new ArrayList<>();

  /**
   * @param shapes the trained tensors
   * @param untrained names of the model's other initialisers; slices of them are left out
   * @throws IllegalArgumentException where a slice does not lie in its tensor, or none of a group's
   *     parameters is trained; names it
   */
  Placement(List<TensorShape> shapes, Set<String> untrained, List<GroupSlices> groups) {
    Map<String, Integer> positions = new HashMap<>();
    for (TensorShape shape : shapes) {
      positions.put(shape.name(), byTensor.size());
      byTensor.add(new ArrayList<>());
    }
    for (int g = 0; g < groups.size(); g++) {
      boolean trained = false;
      for (GroupSlices.Slice slice : groups.get(g).slices()) {
        Integer tensor = positions.get(slice.initializer());
        if (tensor == null && untrained.contains(slice.initializer())) {
          continue;
        }
        check(groups.get(g), slice, tensor == null ? null : shapes.get(tensor));
        byTensor.get(tensor).add(new Place(g, slice.axis(), slice.indices()));
        trained |= slice.indices().length > 0;
      }
      if (!trained) {
        throw new IllegalArgumentException(
            "group \"" + groups.get(g).id() + "\": none of its parameters is trained");
      }
    }
  }

  /** The slices of a tensor; those of a group lie side by side, groups in rising order. */
  List<Place> of(int tensor) {
    return byTensor.get(tensor);
  }

  private static void check(GroupSlices group, GroupSlices.Slice slice, TensorShape shape) {
    String place = "group \"" + group.id() + "\", initialiser \"" + slice.initializer() + "\"";
    if (shape == null) {
      throw new IllegalArgumentException(place + ": the model has no such parameter");
    }
    if (slice.axis() < 0 || slice.axis() >= shape.dims().length) {
      throw new IllegalArgumentException(
          place + ": axis " + slice.axis() + " of " + shape.dims().length);
    }
    int length = shape.dims()[slice.axis()];
    for (int index : slice.indices()) {
      if (index < 0 || index >= length) {
        throw new IllegalArgumentException(
            place + ": index " + index + " on axis " + slice.axis() + " of length " + length);
      }
    }
  }
}
