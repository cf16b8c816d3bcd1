package dev.espalier.trainer.summary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.trainer.summary.GroupSlices.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnitSumsTest {
  private static final int MOST_UNITS = 4;

  static LongStream seeds() {
    return LongStream.range(0, 500);
  }

  /** Against a mask of every element for every unit. */
  @ParameterizedTest
  @MethodSource("seeds")
  void sumsEqualBruteForce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TensorShape> shapes = shapes(random);
    List<GroupSlices> groups = groups(random, shapes);
    List<float[]> gradients = values(random, shapes);
    List<float[]> values = values(random, shapes);
    UnitMembership membership =
        new UnitMembership(new Membership(shapes, Set.of("running"), groups));
    UnitSums sums = new UnitSums(membership);

    sums.clear();
    add(sums, random, shapes, gradients, values);
    sums.clear();
    add(sums, random, shapes, gradients, values);
    UnitStatistics statistics = sums.statistics();

    for (int g = 0; g < groups.size(); g++) {
      GroupSlices group = groups.get(g);
      assertEquals(group.units(), statistics.taylor()[g].length);
      for (int u = 0; u < group.units(); u++) {
        double absolute = 0;
        double squared = 0;
        double product = 0;
        int count = 0;
        for (int t = 0; t < shapes.size(); t++) {
          boolean[] mask = mask(group, u, shapes.get(t));
          for (int i = 0; i < mask.length; i++) {
            if (mask[i]) {
              double gradient = gradients.get(t)[i];
              absolute += Math.abs(gradient);
              squared += gradient * gradient;
              product += gradient * values.get(t)[i];
              count++;
            }
          }
        }
        String where = "seed " + seed + ", group " + g + ", unit " + u;
        assertEquals(
            absolute / Math.max(1, count), statistics.meanAbsoluteGradient()[g][u], 1e-6, where);
        assertEquals(
            squared / Math.max(1, count), statistics.meanSquaredGradient()[g][u], 1e-6, where);
        assertEquals(Math.abs(product), statistics.taylor()[g][u], 1e-6 * (1 + count), where);
      }
    }
  }

  /** Whole numbers have no rounding, so that an element counted twice or never shows. */
  @Test
  void aSquareWeightOfOneGroupCountsItsDiagonalOnce() {
    int side = 1000;
    int[] all = IntStream.range(0, side).toArray();
    List<TensorShape> shapes = List.of(new TensorShape("w", new int[] {side, side}));
    GroupSlices group =
        new GroupSlices("g", side, List.of(new Slice("w", 0, all), new Slice("w", 1, all)));
    UnitSums sums = new UnitSums(new UnitMembership(new Membership(shapes, List.of(group))));
    float[] gradient = new float[side * side];
    Arrays.fill(gradient, 1);
    float[] value = new float[side * side];
    for (int i = 0; i < side; i++) {
      value[i * side + i] = 1;
    }

    add(sums, new SplittableRandom(1), shapes, List.of(gradient), List.of(value));

    float[] ones = new float[side];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, sums.statistics().meanAbsoluteGradient()[0]);
    assertArrayEquals(ones, sums.statistics().taylor()[0]);
  }

  @Test
  void groupsThatDoNotFitHaveNoUnits() {
    List<TensorShape> shapes =
        List.of(new TensorShape("a", new int[] {6}), new TensorShape("b", new int[] {3}));
    List<GroupSlices> groups =
        List.of(
            new GroupSlices("wide", 6, List.of(new Slice("a", 0, new int[] {0, 1, 2, 3, 4, 5}))),
            new GroupSlices("none", List.of(new Slice("a", 0, new int[] {1}))),
            new GroupSlices("narrow", 3, List.of(new Slice("b", 0, new int[] {2, 1, 0}))));
    UnitMembership membership = new UnitMembership(new Membership(shapes, groups), 5);
    UnitSums sums = new UnitSums(membership);

    sums.add(0, 0, new float[6], new float[6], 6);
    sums.add(1, 0, new float[] {1, 2, 3}, new float[] {-1, 1, 1}, 3);

    assertFalse(membership.isComplete());
    assertEquals(0, membership.units(0));
    assertEquals(3, membership.units(2));
    assertEquals(0, sums.statistics().taylor()[0].length);
    assertArrayEquals(new float[] {3, 2, 1}, sums.statistics().taylor()[2]);
    assertArrayEquals(new float[] {9, 4, 1}, sums.statistics().meanSquaredGradient()[2]);
  }

  @Test
  void numbersBeyondFloatAreFloatsLargest() {
    List<TensorShape> shapes = List.of(new TensorShape("a", new int[] {2}));
    GroupSlices group = new GroupSlices("g", 2, List.of(new Slice("a", 0, new int[] {0, 1})));
    UnitSums sums = new UnitSums(new UnitMembership(new Membership(shapes, List.of(group))));

    sums.add(0, 0, new float[] {1e30f, Float.POSITIVE_INFINITY}, new float[] {1e30f, 1}, 2);

    float[] fisher = sums.statistics().meanSquaredGradient()[0];
    assertArrayEquals(new float[] {Float.MAX_VALUE, Float.POSITIVE_INFINITY}, fisher);
    assertEquals(Float.MAX_VALUE, sums.statistics().taylor()[0][0]);
  }

  @Test
  void anIndexOfTwoUnitsIsNamed() {
    List<TensorShape> shapes = List.of(new TensorShape("a", new int[] {4}));
    GroupSlices group = new GroupSlices("g", 2, List.of(new Slice("a", 0, new int[] {0, 1, 3, 1})));

    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new UnitMembership(new Membership(shapes, List.of(group))));

    assertEquals(
        "group \"g\", initialiser \"a\": index 1 on axis 0 is of units 0 and 1", e.getMessage());
  }

  /** In blocks of any size. */
  private static void add(
      UnitSums sums,
      SplittableRandom random,
      List<TensorShape> shapes,
      List<float[]> gradients,
      List<float[]> values) {
    for (int t = 0; t < shapes.size(); t++) {
      int size = shapes.get(t).size();
      int most = 1 + random.nextInt(Math.max(1, size));
      for (int start = 0; start < size; start += most) {
        int end = Math.min(size, start + most);
        float[] gradient = Arrays.copyOfRange(gradients.get(t), start, end);
        sums.add(t, start, gradient, Arrays.copyOfRange(values.get(t), start, end), end - start);
      }
    }
  }

  private static boolean[] mask(GroupSlices group, int unit, TensorShape shape) {
    boolean[] mask = new boolean[shape.size()];
    for (Slice slice : group.slices()) {
      if (!slice.initializer().equals(shape.name())) {
        continue;
      }
      int each = slice.indices().length / group.units();
      for (int k = unit * each; k < (unit + 1) * each; k++) {
        int stride = 1;
        for (int a = slice.axis() + 1; a < shape.dims().length; a++) {
          stride *= shape.dims()[a];
        }
        for (int i = 0; i < mask.length; i++) {
          mask[i] |= i / stride % shape.dims()[slice.axis()] == slice.indices()[k];
        }
      }
    }
    return mask;
  }

  private static List<TensorShape> shapes(SplittableRandom random) {
    List<TensorShape> shapes = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int t = 0; t < count; t++) {
      int[] dims = new int[random.nextInt(5)];
      for (int a = 0; a < dims.length; a++) {
        dims[a] = 1 + random.nextInt(9);
      }
      shapes.add(new TensorShape("t" + t, dims));
    }
    shapes.add(new TensorShape("last", new int[] {5}));
    return shapes;
  }

  /** Each with a slice of what is trained, and perhaps one of what is not. */
  private static List<GroupSlices> groups(SplittableRandom random, List<TensorShape> shapes) {
    List<TensorShape> sliceable = shapes.stream().filter(s -> s.dims().length > 0).toList();
    List<GroupSlices> groups = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int g = 0; g < count; g++) {
      int units = 1 + random.nextInt(MOST_UNITS);
      List<Slice> slices = new ArrayList<>();
      slices.add(new Slice("running", 0, IntStream.range(0, units).toArray()));
      for (TensorShape shape : sliceable) {
        for (int axis = 0; axis < shape.dims().length; axis++) {
          if (shape.dims()[axis] >= units && random.nextInt(3) > 0) {
            slices.add(new Slice(shape.name(), axis, indices(random, shape.dims()[axis], units)));
          }
        }
      }
      if (slices.size() == 1) {
        slices.add(new Slice("last", 0, indices(random, 5, units)));
      }
      groups.add(new GroupSlices("g" + g, units, slices));
    }
    return groups;
  }

  private static int[] indices(SplittableRandom random, int length, int units) {
    int[] order = IntStream.range(0, length).toArray();
    for (int i = 0; i < length; i++) {
      int other = random.nextInt(i + 1);
      int index = order[i];
      order[i] = order[other];
      order[other] = index;
    }
    return Arrays.copyOf(order, units * (1 + random.nextInt(length / units)));
  }

  private static List<float[]> values(SplittableRandom random, List<TensorShape> shapes) {
    return shapes.stream()
        .map(
            shape -> {
              float[] values = new float[shape.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-1, 1);
              }
              return values;
            })
        .toList();
  }
}
