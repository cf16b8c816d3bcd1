package dev.espalier.pruner.plan;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what the consumers of each unit read. A node ends a unit's contribution where an operand
 * carries the unit and the result does not, or where it multiplies with a weight that carries it on
 * two axes: there it sums over the unit. Elementwise, normalising, pooling and reshaping nodes
 * carry their units on and end none, so that of a chain such as Conv, BatchNormalization, Relu only
 * the last value counts, once. That is known by the axes alone, whatever the operator.
 */
final class Readings {
  /** They leave units out without summing over them. */
  private static final Set<String> SELECTING =
      Set.of("Slice", "Split", "Gather", "GatherElements", "GatherND", "Shape", "Size", "TopK");

  private final Traced traced;
  private final OnnxModel model;
  private final UnitSlots slots;
  private final List<Reading> found = new ArrayList<>();

  private Readings(Traced traced, UnitSlots slots) {
    this.traced = traced;
    this.model = traced.model();
    this.slots = slots;
  }

  /**
   * In the order of the nodes; each value and reader is in one reading. Statistics over units, as
   * decomposed normalisations take them, count only for units that nothing else reads. A unit that
   * is never summed over is in a reading of every value that carries it.
   */
  static List<Reading> of(Traced traced, UnitSlots slots) {
    Readings readings = new Readings(traced, slots);
    Set<String> varying = readings.varying();
    for (Node node : readings.model.nodes()) {
      if (!SELECTING.contains(node.operator())) {
        readings.read(node, varying);
      }
    }
    readings.dropStatistics();
    readings.addUnread(varying);
    return MergedReadings.of(readings.found);
  }

  /** The values that depend on what is fed. */
  private Set<String> varying() {
    Set<String> varying = new HashSet<>();
    model.inputs().stream().map(ValueInfoProto::getName).forEach(varying::add);
    for (Node node : model.nodes()) {
      if (node.inputs().stream().anyMatch(varying::contains)) {
        varying.addAll(node.outputs());
      }
    }
    varying.remove("");
    return varying;
  }

  private void read(Node node, Set<String> varying) {
    BitSet going = new BitSet();
    node.outputs().forEach(output -> mark(output, going));
    for (String input : new HashSet<>(node.inputs())) {
      if (!input.isEmpty() && !varying.contains(input)) {
        going.andNot(twice(input));
      }
    }
    for (String input : node.inputs().stream().distinct().filter(varying::contains).toList()) {
      add(input, List.of(node), going);
    }
  }

  private void mark(String value, BitSet marked) {
    for (int[] axis : traced.axes().of(value)) {
      for (int id : axis) {
        marked.set(slots.of(id));
      }
    }
  }

  /** The slots that lie on two axes of a value. */
  private BitSet twice(String value) {
    BitSet once = new BitSet();
    BitSet twice = new BitSet();
    for (int[] axis : traced.axes().of(value)) {
      BitSet here = new BitSet();
      for (int id : axis) {
        here.set(slots.of(id));
      }
      BitSet again = (BitSet) here.clone();
      again.and(once);
      twice.or(again);
      once.or(here);
    }
    return twice;
  }

  /** Adds the units on a value's axes that are not left out. */
  private void add(String value, List<Node> readers, BitSet leftOut) {
    int[][] axes = traced.axes().of(value);
    int[][] ended = new int[axes.length][];
    boolean any = false;
    for (int axis = 0; axis < axes.length; axis++) {
      int[] here =
          Arrays.stream(axes[axis]).map(slots::of).map(s -> leftOut.get(s) ? 0 : s).toArray();
      if (Arrays.stream(here).anyMatch(slot -> slot > 0)) {
        ended[axis] = here;
        any = true;
      }
    }
    if (any) {
      found.add(new Reading(value, readers, ended));
    }
  }

  private static boolean isStatistic(Reading reading) {
    return reading.readers().stream().allMatch(node -> node.operator().startsWith("Reduce"));
  }

  private void dropStatistics() {
    BitSet summed = read(found.stream().filter(reading -> !isStatistic(reading)).toList());
    List<Reading> all = List.copyOf(found);
    found.clear();
    for (Reading reading : all) {
      if (isStatistic(reading)) {
        add(reading.value(), reading.readers(), union(summed, carriedBy(reading)));
      } else {
        found.add(reading);
      }
    }
  }

  /** What a statistic's result still carries. */
  private BitSet carriedBy(Reading reading) {
    BitSet carried = new BitSet();
    reading.readers().forEach(node -> node.outputs().forEach(output -> mark(output, carried)));
    return carried;
  }

  private static BitSet union(BitSet a, BitSet b) {
    BitSet union = (BitSet) a.clone();
    union.or(b);
    return union;
  }

  private static BitSet read(List<Reading> readings) {
    BitSet read = new BitSet();
    for (Reading reading : readings) {
      for (int[] axis : reading.slots()) {
        if (axis != null) {
          Arrays.stream(axis).forEach(read::set);
        }
      }
    }
    read.clear(0);
    return read;
  }

  private void addUnread(Set<String> varying) {
    BitSet read = read(found);
    if (read.cardinality() == slots.count() - 1) {
      return;
    }
    for (Node node : model.nodes()) {
      for (String output : node.outputs()) {
        if (varying.contains(output)) {
          model.consumers(output).forEach(reader -> add(output, List.of(reader), read));
        }
      }
    }
  }
}
