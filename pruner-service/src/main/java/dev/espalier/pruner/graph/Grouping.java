package dev.espalier.pruner.graph;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Turns traced axes into groups: units with the same set of (initialiser, axis, multiplicity). */
final class Grouping {
  /** One axis of an initialiser, and the node that reads it first; or else a part, without both. */
  private record Column(Tensor tensor, int axis, int[] ids, Node reader) {}

  private final OnnxModel model;
  private final Axes axes;
  private final List<Column> columns = new ArrayList<>();
  private final List<int[]> groups = new ArrayList<>();

  /** Where each unit's entries start in the two arrays below; units are known by their id. */
  private int[] start;

  private int[] entryColumn;
  private int[] entryIndex;

  private Grouping(OnnxModel model, Axes axes) {
    this.model = model;
    this.axes = axes;
  }

  static Traced of(Prepared prepared, Rules rules, Axes axes, List<Declined> declined) {
    OnnxModel model = prepared.model();
    Grouping grouping = new Grouping(model, axes);
    grouping.listColumns();
    grouping.collectEntries();
    grouping.collectGroups();
    List<Leader> leaders = Leader.inOrder(model, axes, grouping.groups);
    List<Group> groups = new ArrayList<>();
    int[][] unitIds = new int[leaders.size()][];
    for (Leader leader : leaders) {
      unitIds[groups.size()] = grouping.groups.get(leader.group());
      groups.add(grouping.group(leader.id(), unitIds[groups.size()]));
    }
    DependencyGraph graph =
        new DependencyGraph(
            groups, declined, model.parameters(), rules.macs(model.nodes(), prepared.shapes()));
    return new Traced(prepared, rules, axes, graph, unitIds, axes.approximations());
  }

  private void listColumns() {
    Map<String, Node> reader = new LinkedHashMap<>();
    for (Node node : model.nodes()) {
      for (String input : node.inputs()) {
        if (model.initializers().containsKey(input)) {
          reader.putIfAbsent(input, node);
        }
      }
    }
    reader.forEach(
        (name, node) -> {
          int[][] traced = axes.of(name);
          for (int axis = 0; axis < traced.length; axis++) {
            columns.add(new Column(model.initializers().get(name), axis, traced[axis], node));
          }
        });
    axes.parts().forEach(part -> columns.add(new Column(null, 0, part, null)));
  }

  private void collectEntries() {
    start = new int[axes.idCount() + 1];
    for (Column column : columns) {
      for (int id : column.ids) {
        start[axes.unit(id) + 1]++;
      }
    }
    start[Axes.FIXED + 1] = 0;
    for (int unit = 0; unit < axes.idCount(); unit++) {
      start[unit + 1] += start[unit];
    }
    entryColumn = new int[start[axes.idCount()]];
    entryIndex = new int[entryColumn.length];
    int[] next = start.clone();
    for (int c = 0; c < columns.size(); c++) {
      int[] ids = columns.get(c).ids;
      for (int i = 0; i < ids.length; i++) {
        int unit = axes.unit(ids[i]);
        if (unit != Axes.FIXED) {
          entryColumn[next[unit]] = c;
          entryIndex[next[unit]++] = i;
        }
      }
    }
  }

  private void collectGroups() {
    Map<IntBuffer, List<Integer>> unitsByKey = new LinkedHashMap<>();
    boolean[] seen = new boolean[axes.idCount()];
    seen[Axes.FIXED] = true;
    for (Column column : columns) {
      for (int id : column.ids) {
        int unit = axes.unit(id);
        if (!seen[unit]) {
          seen[unit] = true;
          IntBuffer key = IntBuffer.wrap(entryColumn, start[unit], start[unit + 1] - start[unit]);
          unitsByKey.computeIfAbsent(key, k -> new ArrayList<>()).add(unit);
        }
      }
    }
    for (List<Integer> units : unitsByKey.values()) {
      int[] ids = units.stream().mapToInt(Integer::intValue).toArray();
      if (Scalars.in(slices(ids), model.initializers()) > 0) {
        groups.add(ids);
      }
    }
  }

  private Group group(String id, int[] units) {
    TreeSet<String> components = new TreeSet<>();
    for (int e = start[units[0]]; e < start[units[0] + 1]; e++) {
      Column column = columns.get(entryColumn[e]);
      if (column.tensor != null) {
        components.add(Names.component(column.tensor.name(), column.reader));
      }
    }
    List<Slice> slices = slices(units);
    return new Group(
        id,
        List.copyOf(components),
        units.length,
        slices,
        Scalars.in(slices, model.initializers()));
  }

  private List<Slice> slices(int[] units) {
    List<Slice> slices = new ArrayList<>();
    int from = start[units[0]];
    int to = start[units[0] + 1];
    int first = from;
    while (first < to) {
      int last = first;
      while (last < to && entryColumn[last] == entryColumn[first]) {
        last++;
      }
      int each = last - first;
      int[] index = new int[units.length * each];
      for (int u = 0; u < units.length; u++) {
        System.arraycopy(entryIndex, start[units[u]] + first - from, index, u * each, each);
      }
      Column column = columns.get(entryColumn[first]);
      if (column.tensor != null) {
        slices.add(new Slice(column.tensor.name(), column.axis, index));
      }
      first = last;
    }
    return slices;
  }
}
