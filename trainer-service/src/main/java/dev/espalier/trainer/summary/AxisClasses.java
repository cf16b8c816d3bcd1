package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The indices of one axis, told apart by the set of groups that hold them.
 *
 * @param of the class of each index
 * @param groups the columns of each class' groups, rising; class 0 is that of no group, even where
 *     no index is of it
 */
record AxisClasses(int[] of, List<int[]> groups) {
  /**
   * @param places slices of the tensor, on this and other axes, their groups rising
   */
  static AxisClasses of(int length, int axis, List<Placement.Place> places) {
    int[] of = new int[length];
    List<int[]> groups = new ArrayList<>();
    groups.add(new int[0]);
    for (Placement.Place place : places) {
      if (place.axis() == axis) {
        split(of, groups, place);
      }
    }
    return new AxisClasses(of, groups);
  }

  private static void split(int[] of, List<int[]> groups, Placement.Place place) {
    Map<Integer, Integer> moved = new HashMap<>();
    for (int index : place.indices()) {
      int[] members = groups.get(of[index]);
      if (members.length > 0 && members[members.length - 1] == place.group()) {
        continue;
      }
      of[index] =
          moved.computeIfAbsent(
              of[index],
              old -> {
                int[] more = Arrays.copyOf(members, members.length + 1);
                more[members.length] = place.group();
                groups.add(more);
                return groups.size() - 1;
              });
    }
  }

  /** Number of classes. */
  int count() {
    return groups.size();
  }
}
