package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.OperatorCases.Generator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that change shapes, take parts or make constants. */
final class ShapeCases {
  private ShapeCases() {}

  static Map<String, Generator> cases() {
    Map<String, Generator> cases = new HashMap<>();
    cases.put("Identity", c -> c.numbers(c.dims(0, 4)));
    cases.put("Reshape", ShapeCases::reshape);
    cases.put(
        "Flatten",
        c -> {
          int[] dims = c.dims(1, 4);
          c.floats(dims).maybe("axis", (long) c.random.nextInt(-dims.length, dims.length + 1));
        });
    cases.put(
        "Transpose",
        c -> {
          int[] dims = c.dims(1, 4);
          c.numbers(dims).maybe("perm", shuffled(c, dims.length));
        });
    cases.put("Squeeze", ShapeCases::squeeze);
    cases.put("Unsqueeze", ShapeCases::unsqueeze);
    cases.put("Concat", ShapeCases::concat);
    cases.put(
        "Expand",
        c -> {
          int[] dims = c.dims(1, 4);
          long[] to =
              IntStream.of(c.random.nextBoolean() ? dims : c.broadcastTo(dims))
                  .asLongStream()
                  .toArray();
          int[] from = c.broadcastTo(dims);
          c.numbers(from).longs(to);
        });
    cases.put(
        "Tile",
        c -> {
          int[] dims = c.dims(1, 4);
          c.numbers(dims).longs(c.random.longs(dims.length, 1, 4).toArray());
        });
    cases.put("Slice", ShapeCases::slice);
    cases.put("Split", ShapeCases::split);
    cases.put("Gather", ShapeCases::gather);
    cases.put(
        "Shape",
        c ->
            c.opset(15)
                .floats(c.dims(1, 4))
                .maybe("start", (long) c.random.nextInt(-3, 2))
                .maybe("end", (long) c.random.nextInt(-2, 5))
                .outputs(ElementType.INT64));
    cases.put("Size", c -> c.floats(c.dims(0, 4)).outputs(ElementType.INT64));
    cases.put(
        "ConstantOfShape",
        c -> {
          c.longs(IntStream.of(c.dims(0, 3)).asLongStream().toArray());
          if (c.random.nextBoolean()) {
            c.attribute("value", Tensor.of("", new int[] {1}, new long[] {7}));
            c.outputs(ElementType.INT64);
          } else {
            c.maybe("value", Tensor.of("", new int[] {1}, new float[] {1.5f}));
          }
        });
    cases.put(
        "Range",
        c -> {
          int[] scalar = {};
          if (c.random.nextBoolean()) {
            long step = c.of(1L, 2L, -3L);
            c.longsIn(-5, 5, scalar).longs(scalar, step > 0 ? 12 : -12).longs(scalar, step);
            c.outputs(ElementType.INT64);
          } else {
            c.fixed(-2, 2, scalar).fixed(3, 6, scalar).fixed(0.3, 0.8, scalar);
          }
        });
    cases.put("Cast", ShapeCases::cast);
    cases.put(
        "CastLike",
        c -> {
          c.opset(19);
          if (c.random.nextBoolean()) {
            c.floats(c.dims(1, 3)).longs(1).outputs(ElementType.INT64);
          } else {
            c.longsIn(-9, 9, c.dims(1, 3)).fixed(0, 1, 1);
          }
        });
    return cases;
  }

  private static void cast(OperatorCase c) {
    ElementType to =
        c.of(ElementType.FLOAT, ElementType.INT64, ElementType.INT32, ElementType.BOOL);
    c.attribute("to", (long) to.code()).outputs(to);
    switch (c.random.nextInt(3)) {
      case 0 -> c.longsIn(-3, 3, c.dims(0, 3));
      case 1 -> c.booleans(c.dims(0, 3));
      default -> c.floats(c.dims(0, 3));
    }
  }

  private static void reshape(OperatorCase c) {
    int[] dims = c.dims(2, 4);
    c.numbers(dims);
    long[] target = IntStream.of(dims).asLongStream().toArray();
    switch (c.random.nextInt(4)) {
      case 0 -> c.longs(-1);
      case 1 -> c.longs(0, -1);
      case 2 -> c.longs(target[1], -1, target[0]);
      default -> {
        target[c.random.nextInt(target.length)] = 0;
        c.longs(target);
      }
    }
  }

  private static long[] shuffled(OperatorCase c, int length) {
    List<Long> order = new ArrayList<>(LongStream.range(0, length).boxed().toList());
    Collections.shuffle(order, new Random(c.random.nextLong()));
    return order.stream().mapToLong(Long::longValue).toArray();
  }

  private static void squeeze(OperatorCase c) {
    c.opsetOf(11, 13);
    c.numbers(3, 1, 2, 1);
    long[] axes = c.of(new long[] {1}, new long[] {-1, 1}, new long[0]);
    if (axes.length > 0 && c.opset() < 13) {
      c.attribute("axes", axes);
    } else if (axes.length > 0) {
      c.longs(axes);
    }
  }

  private static void unsqueeze(OperatorCase c) {
    c.opsetOf(11, 13).numbers(c.dims(1, 3));
    long[] axes = c.of(new long[] {0}, new long[] {-1}, new long[] {2, 0}, new long[] {1, -1});
    if (c.opset() < 13) {
      c.attribute("axes", axes);
    } else {
      c.longs(axes);
    }
  }

  private static void concat(OperatorCase c) {
    int[] dims = c.dims(1, 4);
    long axis = c.axis(dims.length);
    c.attribute("axis", axis);
    for (int parts = c.random.nextInt(1, 4); parts > 0; parts--) {
      int[] part = dims.clone();
      part[Math.floorMod(axis, dims.length)] = c.random.nextInt(1, 4);
      c.floats(part);
    }
  }

  private static void slice(OperatorCase c) {
    int[] dims = {c.random.nextInt(2, 6), c.random.nextInt(2, 6), c.random.nextInt(2, 6)};
    c.opsetOf(9, 10, 13).numbers(dims);
    int count = c.random.nextInt(1, 4);
    long[] axes = LongStream.range(3 - count, 3).toArray();
    long[] starts = c.random.longs(count, -5, 5).toArray();
    long[] ends = c.random.longs(count, -5, 7).toArray();
    long[] steps = c.random.longs(count, 1, 3).toArray();
    for (int i = 0; i < count; i++) {
      if (c.random.nextInt(4) == 0) {
        ends[i] = Long.MAX_VALUE;
      } else if (c.opset() >= 10 && c.random.nextInt(2) == 0) {
        steps[i] = -steps[i];
        ends[i] = c.of(Long.MIN_VALUE, -6L, 0L, 1L);
      }
    }
    if (c.opset() < 10) {
      c.attribute("starts", starts).attribute("ends", ends).attribute("axes", axes);
    } else {
      c.longs(starts).longs(ends).longs(axes).longs(steps);
    }
  }

  private static void split(OperatorCase c) {
    c.opsetOf(11, 13, 18);
    long axis = c.axis(2);
    int[] dims = {3, 3};
    dims[Math.floorMod(axis, 2)] = c.opset() == 18 ? 5 : 6;
    c.floats(dims).attribute("axis", axis);
    c.outputs(ElementType.FLOAT, ElementType.FLOAT, ElementType.FLOAT);
    long[] sizes = c.opset() == 18 ? new long[] {1, 3, 1} : new long[] {1, 3, 2};
    boolean equal = c.random.nextBoolean();
    if (equal && c.opset() == 18) {
      c.attribute("num_outputs", 3L);
    } else if (!equal && c.opset() < 13) {
      c.attribute("split", sizes);
    } else if (!equal) {
      c.longs(sizes);
    }
  }

  private static void gather(OperatorCase c) {
    int[] dims = c.dims(1, 4);
    long axis = c.axis(dims.length);
    int length = dims[Math.floorMod(axis, dims.length)];
    c.numbers(dims).longsIn(-length, length, c.dims(0, 2)).attribute("axis", axis);
  }
}
