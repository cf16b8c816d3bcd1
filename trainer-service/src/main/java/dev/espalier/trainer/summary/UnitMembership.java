package dev.espalier.trainer.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which units every single parameter belongs to: one number, its <em>slot</em>, for each unit of
 * each group that is looked at unit by unit. What is kept grows with the lengths of the axes and
 * the units, not with the elements.
 */
public final class UnitMembership {
  /** Most units over all groups. */
  public static final int MOST_UNITS = 1 << 18;

  private final Membership membership;
  private final int[] units;
  private final int[] first;
  private final List<TensorUnits> tensors = new ArrayList<>();

  /** Units of the groups as far as they fit {@link #MOST_UNITS}. */
  public UnitMembership(Membership membership) {
    this(membership, MOST_UNITS);
  }

  /**
   * @param mostUnits over all groups; a group that would go beyond is not looked at unit by unit, a
   *     smaller one after it may be
   * @throws IllegalArgumentException where an index of a group's is in two of its units; names it
   */
  UnitMembership(Membership membership, int mostUnits) {
    this(membership, mostUnits, group -> true);
  }

  private UnitMembership(Membership membership, int mostUnits, IntPredicate looked) {
    this.membership = membership;
    List<GroupSlices> groups = membership.groups();
    units = new int[groups.size()];
    first = new int[groups.size() + 1];
    for (int g = 0; g < units.length; g++) {
      int wanted = groups.get(g).units();
      units[g] = looked.test(g) && wanted <= mostUnits - first[g] ? wanted : 0;
      first[g + 1] = first[g] + units[g];
    }
    for (int t = 0; t < membership.shapes().size(); t++) {
      tensors.add(tensor(t));
    }
  }

  /**
   * Units of some of the groups, as far as they fit {@link #MOST_UNITS}.
   *
   * @param looked at: which groups may be, by their number
   */
  public UnitMembership(Membership membership, IntPredicate looked) {
    this(membership, MOST_UNITS, looked);
  }

  /** No units at all. */
  public static UnitMembership none(Membership membership) {
    return new UnitMembership(membership, 0);
  }

  /** The groups. */
  public Membership membership() {
    return membership;
  }

  /** Units of a group, 0 where it is not looked at unit by unit. */
  public int units(int group) {
    return units[group];
  }

  /** Whether every group that has units is looked at unit by unit. */
  public boolean isComplete() {
    for (int g = 0; g < units.length; g++) {
      if (units[g] != membership.groups().get(g).units()) {
        return false;
      }
    }
    return true;
  }

  /** Slots over all groups. */
  int slots() {
    return first[units.length];
  }

  /** Slot of a group's first unit. */
  int first(int group) {
    return first[group];
  }

  List<TensorUnits> tensors() {
    return tensors;
  }

  private TensorUnits tensor(int t) {
    TensorShape shape = membership.shapes().get(t);
    List<List<TensorUnits.Layer>> layers = new ArrayList<>();
    for (int axis = 0; axis < shape.dims().length; axis++) {
      layers.add(new ArrayList<>());
    }
    for (Placement.Place place : membership.placement().of(t)) {
      if (units[place.group()] > 0 && place.indices().length > 0) {
        mark(layers.get(place.axis()), place, shape);
      }
    }
    return TensorUnits.of(shape, layers);
  }

  private void mark(List<TensorUnits.Layer> layers, Placement.Place place, TensorShape shape) {
    if (layers.isEmpty() || layers.getLast().group() != place.group()) {
      int[] none = new int[shape.dims()[place.axis()]];
      Arrays.fill(none, -1);
      layers.add(new TensorUnits.Layer(place.group(), none));
    }
    int[] slots = layers.getLast().slots();
    int each = place.indices().length / units[place.group()];
    for (int i = 0; i < place.indices().length; i++) {
      int index = place.indices()[i];
      int slot = first[place.group()] + i / each;
      if (slots[index] >= 0 && slots[index] != slot) {
        throw new IllegalArgumentException(
            "group \"%s\", initialiser \"%s\": index %d on axis %d is of units %d and %d"
                .formatted(
                    membership.groups().get(place.group()).id(),
                    shape.name(),
                    index,
                    place.axis(),
                    slots[index] - first[place.group()],
                    i / each));
      }
      slots[index] = slot;
    }
  }
}
