package dev.espalier.pruner.graph;

import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Remembers what is tied to what, whatever is fixed, so as to tell which place held a cut back. */
final class HeldBack {
  private static final int MOST = 20;

  private record Place(String node, String operator, String reason, List<int[]> axes) {}

  private final UnionFind ties;
  private final List<Place> places = new ArrayList<>();

  /**
   * @param ties the ties alone, without what is fixed
   */
  HeldBack(UnionFind ties) {
    this.ties = ties;
  }

  /**
   * @param axes what the place keeps from being cut
   */
  void add(String node, String operator, String reason, List<int[]> axes) {
    places.add(new Place(node, operator, reason, axes));
  }

  /** The places, each with the fixed initialiser axes that hang on it. */
  List<Declined> declined(Iterable<Tensor> initializers, Axes axes) {
    Map<Integer, List<Integer>> placesOf = new HashMap<>();
    for (int p = 0; p < places.size(); p++) {
      Set<Integer> seen = new HashSet<>();
      for (int[] axis : places.get(p).axes) {
        for (int id : axis) {
          if (id != Axes.FIXED && seen.add(ties.find(id))) {
            placesOf.computeIfAbsent(ties.find(id), root -> new ArrayList<>()).add(p);
          }
        }
      }
    }
    List<List<String>> held = new ArrayList<>();
    places.forEach(place -> held.add(new ArrayList<>()));
    for (Tensor tensor : initializers) {
      int[][] own = axes.of(tensor.name());
      for (int axis = 0; axis < own.length; axis++) {
        note(tensor.name() + "[" + axis + "]", own[axis], axes, placesOf, held);
      }
    }
    List<Declined> declined = new ArrayList<>();
    for (int p = 0; p < held.size(); p++) {
      Place place = places.get(p);
      declined.add(new Declined(place.node, place.operator, place.reason, held.get(p)));
    }
    return declined;
  }

  private void note(
      String name,
      int[] axis,
      Axes axes,
      Map<Integer, List<Integer>> placesOf,
      List<List<String>> held) {
    int last = -1;
    for (int id : axis) {
      int root = axis.length > 1 && axes.unit(id) == Axes.FIXED ? ties.find(id) : last;
      if (root != last) {
        last = root;
        List<Integer> here = placesOf.getOrDefault(root, new ArrayList<>());
        for (int place : here) {
          List<String> names = held.get(place);
          if (names.size() < MOST && (names.isEmpty() || !names.getLast().equals(name))) {
            names.add(name);
          }
        }
        // What has all the names that it shows is not looked at again.
        here.removeIf(place -> held.get(place).size() >= MOST);
      }
    }
  }
}
