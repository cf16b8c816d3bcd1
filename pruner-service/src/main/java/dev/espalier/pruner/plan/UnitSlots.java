package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Traced;
import java.util.Arrays;

/** Numbers the units of all groups one after the other, from 1; 0 stands for what is no unit. */
final class UnitSlots {
  private final Traced traced;
  private final int[] byId;
  private final int[] first;
  private int count = 1;

  UnitSlots(Traced traced) {
    this.traced = traced;
    int[][] ids = traced.unitIds();
    int most = 0;
    for (int[] units : ids) {
      for (int id : units) {
        most = Math.max(most, traced.axes().unit(id));
      }
    }
    byId = new int[most + 1];
    first = new int[ids.length];
    for (int group = 0; group < ids.length; group++) {
      first[group] = count;
      for (int id : ids[group]) {
        byId[traced.axes().unit(id)] = count++;
      }
    }
    byId[0] = 0;
  }

  /** One more than there are units. */
  int count() {
    return count;
  }

  /** The slot of what lies at an index of an axis. */
  int of(int id) {
    int unit = traced.axes().unit(id);
    return unit < byId.length ? byId[unit] : 0;
  }

  /** What a group's units have in an array by slot. */
  double[] ofGroup(double[] bySlot, int group) {
    int from = first[group];
    return Arrays.copyOfRange(bySlot, from, from + traced.unitIds()[group].length);
  }
}
