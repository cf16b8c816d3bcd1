package dev.espalier.trainer.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.summary.GroupSlices.Slice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MembershipTest {
  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sumsEqualBruteForce(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TensorShape> shapes = shapes(random);
    List<GroupSlices> groups = groups(random, shapes);
    List<float[]> gradients = values(random, shapes);
    List<float[]> values = values(random, shapes);
    Membership membership = new Membership(shapes, groups);
    CellSums sums = new CellSums(membership.cells());

    for (int t = 0; t < shapes.size(); t++) {
      add(membership, t, sums, gradients.get(t), values.get(t));
    }
    GroupStatistics statistics = sums.statistics(membership);

    for (int g = 0; g < groups.size(); g++) {
      double absolute = 0;
      double squared = 0;
      double l1 = 0;
      long count = 0;
      for (int t = 0; t < shapes.size(); t++) {
        for (int i = 0; i < shapes.get(t).size(); i++) {
          if (holds(groups.get(g), shapes.get(t), i)) {
            double gradient = gradients.get(t)[i];
            absolute += Math.abs(gradient);
            squared += gradient * gradient;
            l1 += Math.abs(values.get(t)[i]);
            count++;
          }
        }
      }
      String where = "seed " + seed + ", group " + g;
      assertEquals(count, statistics.count()[g], where);
      assertEquals(absolute / count, statistics.meanAbsoluteGradient()[g], 1e-12, where);
      assertEquals(squared / count, statistics.meanSquaredGradient()[g], 1e-12, where);
      assertEquals(l1, statistics.l1Norm()[g], 1e-10, where);
    }
    double all = 0;
    long size = 0;
    for (float[] gradient : gradients) {
      for (float value : gradient) {
        all += Math.abs(value);
        size++;
      }
    }
    assertEquals(all / size, statistics.overallAbsoluteGradient(), 1e-12, "seed " + seed);
  }

  @Test
  void wholeTensorIsOneRun() {
    TensorShape shape = new TensorShape("w", new int[] {512, 784});
    GroupSlices group =
        new GroupSlices("g", List.of(new Slice("w", 0, IntStream.range(0, 512).toArray())));

    Membership membership = new Membership(List.of(shape), List.of(group));

    assertEquals(512 * 784, membership.tensors().getFirst().runs().end());
  }

  @Test
  void elementInTwoSlicesOfOneGroupCountsOnce() {
    TensorShape shape = new TensorShape("w", new int[] {2, 3});
    GroupSlices group =
        new GroupSlices(
            "g", List.of(new Slice("w", 0, new int[] {0}), new Slice("w", 1, new int[] {0, 2})));
    Membership membership = new Membership(List.of(shape), List.of(group));
    CellSums sums = new CellSums(membership.cells());
    float[] ones = {1, 1, 1, 1, 1, 1};
    add(membership, 0, sums, ones, ones);

    assertEquals(5, sums.statistics(membership).count()[0]);
  }

  @Test
  void badSlicesAreNamed() {
    assertBad(new Slice("none", 0, new int[] {0}), "no such parameter");
    assertBad(new Slice("w", 2, new int[] {0}), "axis 2 of 2");
    assertBad(new Slice("w", 1, new int[] {3}), "index 3 on axis 1 of length 3");
  }

  @Test
  void whatIsNotTrainedIsInNoSum() {
    TensorShape shape = new TensorShape("w", new int[] {2, 3});
    Slice trained = new Slice("w", 0, new int[] {1});
    Slice running = new Slice("mean", 0, new int[] {1});
    Membership membership =
        new Membership(
            List.of(shape),
            Set.of("mean"),
            List.of(new GroupSlices("g", List.of(running, trained))));
    CellSums sums = new CellSums(membership.cells());

    add(membership, 0, sums, new float[] {1, 1, 1, 2, 2, 2}, new float[6]);

    assertEquals(3, sums.statistics(membership).count()[0]);
    assertEquals(2, sums.statistics(membership).meanAbsoluteGradient()[0]);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Membership(
                    List.of(shape),
                    Set.of("mean"),
                    List.of(new GroupSlices("g", List.of(running)))));
    assertEquals("group \"g\": none of its parameters is trained", e.getMessage());
  }

  /** Every second column of a hundred million elements: as runs they would take 800 MB. */
  @Test
  void whatIsKeptGrowsWithTheAxesAlone() {
    int side = 10_000;
    List<TensorShape> shapes = List.of(new TensorShape("w", new int[] {side, side}));
    int[] even = IntStream.range(0, side / 2).map(i -> 2 * i).toArray();
    int[] odd = IntStream.range(0, side / 2).map(i -> 2 * i + 1).toArray();
    int[] all = IntStream.range(0, side).toArray();
    List<GroupSlices> groups =
        List.of(
            new GroupSlices("even", side / 2, List.of(new Slice("w", 1, even))),
            new GroupSlices("odd", side / 2, List.of(new Slice("w", 1, odd))),
            new GroupSlices("rows", side, List.of(new Slice("w", 0, all))));
    long before = allocated();

    Membership membership = new Membership(shapes, groups);
    UnitSums sums = new UnitSums(new UnitMembership(membership));

    long bytes = allocated() - before;
    assertTrue(bytes < 4 << 20, bytes + " bytes");
    assertEquals(side / 2, sums.membership().units(0));
    assertEquals(6, membership.cells(), "rows or not, even, odd or neither");
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void tablesOfCrossingGroupsAreBounded() {
    int side = 3000;
    List<GroupSlices> groups = new ArrayList<>();
    for (int i = 0; i < side; i++) {
      groups.add(new GroupSlices("r" + i, List.of(new Slice("w", 0, new int[] {i}))));
      groups.add(new GroupSlices("c" + i, List.of(new Slice("w", 1, new int[] {i}))));
    }
    List<TensorShape> shapes = List.of(new TensorShape("w", new int[] {side, side}));

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Membership(shapes, groups));

    assertEquals(
        "initialiser \"w\": the groups cross in 9006001 ways or more, 4194304 is the most of a"
            + " model",
        e.getMessage());
  }

  private static void add(
      Membership membership, int tensor, CellSums sums, float[] gradient, float[] value) {
    int size = membership.shapes().get(tensor).size();
    TensorCells.Runs runs = membership.tensors().get(tensor).runs();
    for (int from = 0; from < size; ) {
      assertTrue(runs.end() > from && runs.end() <= size, from + " to " + runs.end());
      sums.add(runs.cell(), gradient, value, from, runs.end());
      from = runs.end();
      runs.next();
    }
  }

  private static void assertBad(Slice slice, String problem) {
    TensorShape shape = new TensorShape("w", new int[] {2, 3});
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Membership(List.of(shape), List.of(new GroupSlices("group7", List.of(slice)))));
    assertTrue(e.getMessage().contains("group7"), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  private static List<TensorShape> shapes(SplittableRandom random) {
    List<TensorShape> shapes = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int t = 0; t < count; t++) {
      int[] dims = new int[random.nextInt(5)];
      for (int a = 0; a < dims.length; a++) {
        dims[a] = 1 + random.nextInt(5);
      }
      shapes.add(new TensorShape("t" + t, dims));
    }
    shapes.add(new TensorShape("last", new int[] {3}));
    return shapes;
  }

  private static List<GroupSlices> groups(SplittableRandom random, List<TensorShape> shapes) {
    List<TensorShape> sliceable = shapes.stream().filter(s -> s.dims().length > 0).toList();
    List<GroupSlices> groups = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int g = 0; g < count; g++) {
      List<Slice> slices = new ArrayList<>();
      int sliceCount = 1 + random.nextInt(4);
      for (int s = 0; s < sliceCount; s++) {
        TensorShape shape = sliceable.get(random.nextInt(sliceable.size()));
        int axis = random.nextInt(shape.dims().length);
        int length = shape.dims()[axis];
        boolean whole = random.nextBoolean();
        int[] indices =
            IntStream.range(0, length).filter(i -> whole || random.nextBoolean()).toArray();
        slices.add(
            new Slice(shape.name(), axis, indices.length == 0 ? new int[] {length - 1} : indices));
      }
      groups.add(new GroupSlices("g" + g, slices));
    }
    return groups;
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

  private static boolean holds(GroupSlices group, TensorShape shape, int element) {
    int[] index = new int[shape.dims().length];
    int rest = element;
    for (int a = index.length - 1; a >= 0; a--) {
      index[a] = rest % shape.dims()[a];
      rest /= shape.dims()[a];
    }
    return group.slices().stream()
        .filter(slice -> slice.initializer().equals(shape.name()))
        .anyMatch(slice -> IntStream.of(slice.indices()).anyMatch(i -> i == index[slice.axis()]));
  }
}
