package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Traced;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The groups of a model, to be compared with what a test knows. */
record Found(Traced traced) {
  static Found in(OnnxModel model) {
    return new Found(new Pruner().analyze(model));
  }

  /** The only group that cuts an axis of an initialiser. */
  Group group(String initializer, int axis) {
    List<Group> groups = groups(initializer, axis);
    assertEquals(1, groups.size(), () -> initializer + "[" + axis + "] in " + traced.graph());
    return groups.getFirst();
  }

  List<Group> groups(String initializer, int axis) {
    return traced.graph().groups().stream()
        .filter(
            group ->
                group.slices().stream()
                    .anyMatch(s -> s.initializer().equals(initializer) && s.axis() == axis))
        .toList();
  }

  /**
   * Fails unless a group has this many units and touches these axes.
   *
   * @param axes such as {@code q.weight[1]}
   */
  void has(int units, String... axes) {
    String first = axes[0];
    Group group =
        group(
            first.substring(0, first.indexOf('[')),
            Integer.parseInt(first.substring(first.indexOf('[') + 1, first.length() - 1)));
    Set<String> touched =
        group.slices().stream()
            .map(slice -> slice.initializer() + "[" + slice.axis() + "]")
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(Arrays.asList(axes)), touched);
    assertEquals(units, group.units(), () -> "units of " + group);
  }

  /** The indices of one unit on an axis that only its group cuts. */
  int[] unit(int unit, String initializer, int axis) {
    return unit(group(initializer, axis), unit, initializer, axis);
  }

  /** The indices of one unit of a group on an axis. */
  static int[] unit(Group group, int unit, String initializer, int axis) {
    return Units.slices(group, unit).stream()
        .filter(slice -> slice.initializer().equals(initializer) && slice.axis() == axis)
        .map(Slice::index)
        .findFirst()
        .orElseThrow();
  }

  /** Groups of more than one unit. */
  long cuttable() {
    return traced.graph().groups().stream().filter(group -> group.units() > 1).count();
  }

  /** Random cuts, each equal to its twin. */
  Found holds(int seeds) {
    for (int seed = 0; seed < seeds; seed++) {
      Cuts.random(traced, seed);
    }
    return this;
  }
}
