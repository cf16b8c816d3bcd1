package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random graphs of the operators that move axes about, with dense layers between them: reshapes
 * with targets in all spellings, transposes, concatenations, splits, slices, selections.
 */
final class RandomShapes {
  private static final int MOST_ELEMENTS = 160;

  /** Dims without the batch, which leads. */
  private record Value(String name, int... dims) {
    int size() {
      return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }
  }

  private final SplittableRandom random;
  private final Draft draft;
  private final int opset;
  private final int widest;
  private final List<Value> values = new ArrayList<>();
  private int layers;

  private RandomShapes(long seed, int opset, int widest) {
    this.draft = new Draft(seed);
    this.random = draft.random;
    this.opset = opset;
    this.widest = widest;
  }

  static OnnxModel network(long seed, int opset) {
    return new RandomShapes(seed, opset, 12).build(6 + (int) (seed % 10), 3);
  }

  /** So small that all subsets of its indices can be tried. */
  static OnnxModel tiny(long seed) {
    return new RandomShapes(seed, 17, 4).build(1 + (int) (seed % 4), 1);
  }

  private OnnxModel build(int steps, int heads) {
    values.add(new Value(draft.input("x", -1, 3), 3));
    dense(values.getFirst());
    for (int step = 0; step < steps; step++) {
      Value from = values.get(random.nextInt(values.size()));
      switch (random.nextInt(12)) {
        case 0, 1 -> dense(from);
        case 2, 3 -> reshape(from);
        case 4 -> transpose(from);
        case 5 -> concat(from);
        case 6 -> split(from);
        case 7 -> slice(from);
        case 8 -> select(from);
        case 9 -> add(from);
        case 10 -> unit(from);
        default -> repeat(from);
      }
    }
    for (int i = 0; i < heads; i++) {
      Value last = i == 0 ? values.getLast() : values.get(random.nextInt(values.size()));
      String flat = draft.op("Flatten", List.of(last.name));
      draft.output(draft.dense("out." + i, flat, last.size(), 2), -1, 2);
    }
    return draft.build(opset);
  }

  private void dense(Value from) {
    int[] dims = from.dims.clone();
    int out = 2 + random.nextInt(widest - 1);
    int in = dims[dims.length - 1];
    dims[dims.length - 1] = out;
    add(draft.dense("layer." + layers++, from.name, in, out), dims);
  }

  private void add(String name, int... dims) {
    Value value = new Value(name, dims);
    if (value.size() <= MOST_ELEMENTS && dims.length < 5) {
      values.add(value);
    }
  }

  /** Counted from the front or, where the operator set has that, from behind. */
  private int either(int axis, int rank) {
    return opset < 11 || random.nextBoolean() ? axis : axis - rank;
  }

  private void reshape(Value from) {
    List<Integer> dims = new ArrayList<>();
    int rest = from.size();
    while (rest > 1 && dims.size() < 3) {
      int whole = rest;
      int[] divisors = IntStream.rangeClosed(2, rest).filter(d -> whole % d == 0).toArray();
      int dim = divisors[random.nextInt(divisors.length)];
      dims.add(dim);
      rest /= dim;
    }
    dims.add(rest);
    if (random.nextInt(3) == 0) {
      dims.add(random.nextInt(dims.size()), 1);
    }
    long[] target = new long[dims.size() + 1];
    for (int i = 0; i < dims.size(); i++) {
      boolean same = i < from.dims.length && from.dims[i] == dims.get(i);
      target[i + 1] = same && random.nextInt(3) == 0 ? 0 : dims.get(i);
    }
    int derived = random.nextInt(target.length);
    target[derived] = -1;
    target[0] = derived == 0 ? -1 : 0;
    add(draft.reshape(from.name, target), dims.stream().mapToInt(d -> d).toArray());
  }

  private void transpose(Value from) {
    int rank = from.dims.length;
    if (rank == 1) {
      // ONNX Runtime 1.29 takes any transpose of a matrix before MatMul and Add for one that turns.
      return;
    }
    long[] order = IntStream.rangeClosed(0, rank).asLongStream().toArray();
    int[] dims = from.dims.clone();
    for (int i = rank; i > 1; i--) {
      int j = 1 + random.nextInt(i);
      long moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    for (int i = 0; i < rank; i++) {
      dims[i] = from.dims[(int) order[i + 1] - 1];
    }
    add(draft.transpose(from.name, order), dims);
  }

  private void concat(Value from) {
    int axis = random.nextInt(from.dims.length);
    List<Value> fit =
        values.stream()
            .filter(
                v ->
                    v.dims.length == from.dims.length
                        && IntStream.range(0, v.dims.length)
                            .allMatch(a -> a == axis || v.dims[a] == from.dims[a]))
            .toList();
    Value other =
        axis < from.dims.length - 1 && random.nextBoolean()
            ? like(from)
            : fit.get(random.nextInt(fit.size()));
    int[] dims = from.dims.clone();
    dims[axis] += other.dims[axis];
    add(draft.concat(either(axis + 1, dims.length + 1), from.name, other.name), dims);
  }

  /** A value of the same dims whose last axis has units of its own. */
  private Value like(Value from) {
    int last = from.dims[from.dims.length - 1];
    return new Value(draft.dense("layer." + layers++, from.name, last, last), from.dims);
  }

  private void split(Value from) {
    int axis = random.nextInt(from.dims.length);
    int length = from.dims[axis];
    if (length < 2) {
      return;
    }
    int parts = 2 + random.nextInt(Math.min(2, length - 1));
    long[] sizes = new long[parts];
    boolean equal = length % parts == 0 && random.nextInt(3) > 0;
    Arrays.fill(sizes, equal ? length / parts : 1);
    sizes[0] = length - sizes[1] * (parts - 1);
    List<String> inputs = new ArrayList<>(List.of(from.name));
    Map<String, Object> how = new HashMap<>(Map.of("axis", either(axis + 1, from.dims.length + 1)));
    if (!equal && opset < 13) {
      how.put("split", sizes);
    } else if (!equal) {
      inputs.add(draft.ints(sizes));
    } else if (opset >= 18) {
      how.put("num_outputs", parts);
    }
    List<String> outputs = draft.op("Split", inputs, how, parts);
    for (int i = 0; i < parts; i++) {
      int[] dims = from.dims.clone();
      dims[axis] = (int) sizes[i];
      add(outputs.get(i), dims);
    }
  }

  private void slice(Value from) {
    int axis = random.nextInt(from.dims.length);
    int length = from.dims[axis];
    int start = random.nextInt(length);
    int end = start + 1 + random.nextInt(length - start);
    int step = opset >= 10 && random.nextInt(4) == 0 ? 2 : 1;
    boolean back = opset >= 10 && step == 1 && random.nextInt(3) == 0;
    long first = random.nextBoolean() ? start : start - length;
    long last = end == length ? Integer.MAX_VALUE : random.nextBoolean() ? end : end - length;
    if (back) {
      first = random.nextBoolean() ? end - 1 : end - 1 - length;
      last = start == 0 ? -1000 : start - 1;
      step = -1;
    }
    int[] dims = from.dims.clone();
    dims[axis] = (end - start + Math.abs(step) - 1) / Math.abs(step);
    long[] firsts = {first};
    long[] lasts = {last};
    long[] along = {axis + 1};
    if (opset < 10) {
      Map<String, Object> how = Map.of("starts", firsts, "ends", lasts, "axes", along);
      add(draft.op("Slice", List.of(from.name), how), dims);
    } else {
      add(
          draft.op(
              "Slice",
              List.of(
                  from.name,
                  draft.ints(firsts),
                  draft.ints(lasts),
                  draft.ints(along),
                  draft.ints(step))),
          dims);
    }
  }

  private void select(Value from) {
    int axis = random.nextInt(from.dims.length);
    int length = from.dims[axis];
    long[] indices =
        random.longs(1 + random.nextInt(length), opset >= 11 ? -length : 0, length).toArray();
    int[] dims = from.dims.clone();
    dims[axis] = indices.length;
    if (indices.length == 1 && dims.length > 1 && random.nextBoolean()) {
      int[] rest =
          IntStream.range(0, dims.length).filter(a -> a != axis).map(a -> dims[a]).toArray();
      String scalar = draft.ints(new int[0], indices);
      add(draft.op("Gather", List.of(from.name, scalar), Map.of("axis", axis + 1)), rest);
    } else {
      String list = draft.ints(indices);
      add(draft.op("Gather", List.of(from.name, list), Map.of("axis", axis + 1)), dims);
    }
  }

  private void add(Value from) {
    List<Value> same = values.stream().filter(v -> Arrays.equals(v.dims, from.dims)).toList();
    Value other = same.get(random.nextInt(same.size()));
    boolean offset = other.name.equals(from.name);
    String with = offset ? draft.weight("offset." + layers++, from.dims) : other.name;
    add(draft.op("Add", List.of(from.name, with)), from.dims);
  }

  private void unit(Value from) {
    int axis = random.nextInt(from.dims.length + 1);
    boolean squeeze = axis < from.dims.length && from.dims.length > 1 && from.dims[axis] == 1;
    int rank = from.dims.length + (squeeze ? 1 : 2);
    long[] at = {either(axis + 1, rank)};
    String operator = squeeze ? "Squeeze" : "Unsqueeze";
    String name =
        opset < 13
            ? draft.op(operator, List.of(from.name), Map.of("axes", at))
            : draft.op(operator, List.of(from.name, draft.ints(at)));
    List<Integer> dims = new ArrayList<>(Arrays.stream(from.dims).boxed().toList());
    if (squeeze) {
      dims.remove(axis);
    } else {
      dims.add(axis, 1);
    }
    add(name, dims.stream().mapToInt(d -> d).toArray());
  }

  private void repeat(Value from) {
    long[] times = new long[from.dims.length + 1];
    int[] dims = from.dims.clone();
    boolean tile = random.nextBoolean();
    times[0] = 1;
    for (int axis = 0; axis < dims.length; axis++) {
      boolean more = random.nextInt(3) == 0 && (tile || dims[axis] == 1);
      int factor = more ? 2 : 1;
      dims[axis] *= factor;
      times[axis + 1] = tile ? factor : random.nextBoolean() || more ? dims[axis] : 1;
    }
    add(draft.op(tile ? "Tile" : "Expand", List.of(from.name, draft.ints(times))), dims);
  }
}
