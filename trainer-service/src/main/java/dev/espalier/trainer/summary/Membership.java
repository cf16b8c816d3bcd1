package dev.espalier.trainer.summary;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which groups every single parameter belongs to. Elements that belong to the same set of groups
 * form a <em>cell</em>; sums are made over cells, and a group is the union of whole cells, so that
 * an element counts once in a group however many of its slices hold it, and counts in every group
 * that holds it.
 */
public final class Membership {
  /** Most entries of the tables that lead from groups' sets on the axes to cells: 16 MiB. */
  static final int MOST_COMBINATIONS = 1 << 22;

  private final List<TensorShape> shapes;
  private final List<GroupSlices> groups;
  private final Placement placement;
  private final List<TensorCells> tensors;
  private final Map<IntBuffer, Integer> cellOf = new HashMap<>();
  private final List<int[]> cellGroups = new ArrayList<>();
  private int combinations;

  /** Groups of a model that trains all its initialisers. */
  public Membership(List<TensorShape> shapes, List<GroupSlices> groups) {
    this(shapes, Set.of(), groups);
  }

  /**
   * @param shapes all trained tensors of the model, in the order of {@link #tensors}
   * @param untrained names of its other initialisers, which are in no sum
   * @param groups in the order of a summary's columns; may be empty
   * @throws IllegalArgumentException where a slice does not lie in its tensor, a group has no
   *     trained parameter, or so many groups cross that their tables would have no bound; names it
   */
  public Membership(List<TensorShape> shapes, Set<String> untrained, List<GroupSlices> groups) {
    this.shapes = List.copyOf(shapes);
    this.groups = List.copyOf(groups);
    placement = new Placement(this.shapes, untrained, this.groups);
    tensors = IntStream.range(0, shapes.size()).mapToObj(this::cells).toList();
  }

  /** The trained tensors. */
  public List<TensorShape> shapes() {
    return shapes;
  }

  /** The groups, in the order of the columns. */
  public List<GroupSlices> groups() {
    return groups;
  }

  /** The cells of each tensor, in the order given. */
  public List<TensorCells> tensors() {
    return tensors;
  }

  /** Number of cells. */
  public int cells() {
    return cellGroups.size();
  }

  /** Columns of the groups that a cell belongs to, rising. */
  public int[] groupsOf(int cell) {
    return cellGroups.get(cell).clone();
  }

  /** Trained parameters of each group. */
  public long[] parameters() {
    long[] parameters = new long[groups.size()];
    for (int t = 0; t < shapes.size(); t++) {
      TensorCells.Runs runs = tensors.get(t).runs();
      int size = shapes.get(t).size();
      int from = 0;
      while (from < size) {
        for (int group : cellGroups.get(runs.cell())) {
          parameters[group] += runs.end() - from;
        }
        from = runs.end();
        runs.next();
      }
    }
    return parameters;
  }

  Placement placement() {
    return placement;
  }

  private TensorCells cells(int tensor) {
    TensorShape shape = shapes.get(tensor);
    List<Placement.Place> places = placement.of(tensor);
    if (places.isEmpty()) {
      return TensorCells.whole(shape.size(), cell(new int[0]));
    }
    AxisClasses[] axes = new AxisClasses[shape.dims().length];
    long entries = 1;
    for (int a = 0; a < axes.length; a++) {
      axes[a] = AxisClasses.of(shape.dims()[a], a, places);
      entries *= axes[a].count();
      if (combinations + entries > MOST_COMBINATIONS) {
        throw new IllegalArgumentException(
            "initialiser \"%s\": the groups cross in %d ways or more, %d is the most of a model"
                .formatted(shape.name(), combinations + entries, MOST_COMBINATIONS));
      }
    }
    combinations += (int) entries;
    return TensorCells.of(shape, axes, table(axes, (int) entries));
  }

  private int[] table(AxisClasses[] axes, int entries) {
    int[] table = new int[entries];
    for (int entry = 0; entry < entries; entry++) {
      IntStream members = IntStream.empty();
      int rest = entry;
      for (int a = axes.length - 1; a >= 0; a--) {
        int[] more = axes[a].groups().get(rest % axes[a].count());
        members = more.length == 0 ? members : IntStream.concat(members, IntStream.of(more));
        rest /= axes[a].count();
      }
      table[entry] = cell(members.sorted().distinct().toArray());
    }
    return table;
  }

  private int cell(int[] members) {
    return cellOf.computeIfAbsent(
        IntBuffer.wrap(members),
        key -> {
          cellGroups.add(members);
          return cellGroups.size() - 1;
        });
  }
}
