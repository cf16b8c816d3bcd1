package dev.espalier.pruner.graph.rule;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.runtime.Preparation;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cut leaves of every value, element by element and without any notion of axes that flow: an
 * element is alive where it is made of what stays. A cut is sound where in each value the elements
 * alive are a grid, so that they are a smaller tensor, and wherever two elements meet, both are
 * alive or neither. Where operators only move elements, ONNX Runtime says which goes where.
 */
final class Aliveness {
  private final OnnxModel model;
  private final Map<String, long[]> shapes;

  /** By output of a node that moves elements: for each element where it comes from. */
  private final Map<String, int[]> moved = new HashMap<>();

  Aliveness(OnnxModel model) {
    this.model = model;
    shapes = Preparation.of(model, Map.of()).shapes();
    for (Node node : model.nodes()) {
      if (!node.operator().equals("MatMul") && !node.operator().equals("Add")) {
        follow(node);
      }
    }
  }

  private void follow(Node node) {
    OnnxBuilder builder = new OnnxBuilder("one");
    Map<String, Value> inputs = new HashMap<>();
    int from = 0;
    for (String input : data(node)) {
      int size = size(input);
      double[] ids = new double[size];
      for (int i = 0; i < size; i++) {
        ids[i] = from++;
      }
      inputs.put(input, new Value(ElementType.FLOAT, shapes.get(input), ids));
      builder.input(input, dims(input));
    }
    node.inputs().stream()
        .distinct()
        .map(model.initializers()::get)
        .filter(tensor -> tensor != null && !tensor.isFloatingPoint())
        .forEach(builder::initializer);
    for (String output : node.outputs()) {
      builder.output(output, dims(output));
    }
    Map<String, Object> attributes = new HashMap<>();
    for (AttributeProto said : node.proto().getAttributeList()) {
      boolean list = said.getType() == AttributeProto.AttributeType.INTS;
      attributes.put(said.getName(), list ? node.intsAttribute(said.getName()) : said.getI());
    }
    builder.node(node.operator(), node.name(), node.inputs(), node.outputs(), attributes);
    try (Session session = Session.open(builder.build())) {
      session
          .run(inputs)
          .forEach(
              (output, value) ->
                  moved.put(
                      output, Arrays.stream(value.elements()).mapToInt(e -> (int) e).toArray()));
    }
  }

  private List<String> data(Node node) {
    return node.inputs().stream()
        .filter(
            input ->
                !model.initializers().containsKey(input)
                    || model.initializers().get(input).isFloatingPoint())
        .distinct()
        .toList();
  }

  private int[] dims(String value) {
    return Arrays.stream(shapes.get(value)).mapToInt(Math::toIntExact).toArray();
  }

  private int size(String value) {
    return (int) Arrays.stream(shapes.get(value)).reduce(1, (a, b) -> a * b);
  }

  /**
   * @param gone by initialiser and axis, which indices go; what is missing stays
   */
  boolean sound(Map<String, boolean[][]> gone) {
    Map<String, boolean[]> alive = new HashMap<>();
    model.inputs().forEach(input -> alive.put(input.getName(), all(size(input.getName()))));
    for (Tensor tensor : model.initializers().values()) {
      if (tensor.isFloatingPoint()) {
        boolean[] stays = stays(tensor.dims(), gone.get(tensor.name()));
        if (!isGrid(stays, Arrays.stream(tensor.dims()).asLongStream().toArray())) {
          return false;
        }
        alive.put(tensor.name(), stays);
      }
    }
    for (Node node : model.nodes()) {
      boolean met =
          switch (node.operator()) {
            case "MatMul" -> multiply(node, alive);
            case "Add" -> add(node, alive);
            default -> move(node, alive);
          };
      if (!met || !node.outputs().stream().allMatch(o -> isGrid(alive.get(o), shapes.get(o)))) {
        return false;
      }
    }
    return model.outputs().stream()
        .allMatch(
            output -> Arrays.equals(alive.get(output.getName()), all(size(output.getName()))));
  }

  private static boolean[] all(int size) {
    boolean[] all = new boolean[size];
    Arrays.fill(all, true);
    return all;
  }

  private static boolean[] stays(int[] dims, boolean[][] gone) {
    boolean[] stays = all(Arrays.stream(dims).reduce(1, (a, b) -> a * b));
    for (int i = 0; i < stays.length && gone != null; i++) {
      int rest = i;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        stays[i] &= !gone[axis][rest % dims[axis]];
        rest /= dims[axis];
      }
    }
    return stays;
  }

  /** True where what is alive is there at all and is a product of indices axis by axis. */
  private static boolean isGrid(boolean[] alive, long[] dims) {
    boolean[][] used = new boolean[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      used[axis] = new boolean[(int) dims[axis]];
    }
    int count = 0;
    for (int i = 0; i < alive.length; i++) {
      int rest = i;
      count += alive[i] ? 1 : 0;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        used[axis][rest % (int) dims[axis]] |= alive[i];
        rest /= (int) dims[axis];
      }
    }
    int product = 1;
    for (boolean[] axis : used) {
      int on = 0;
      for (boolean b : axis) {
        on += b ? 1 : 0;
      }
      product *= on;
    }
    return count > 0 && count == product;
  }

  private boolean move(Node node, Map<String, boolean[]> alive) {
    List<String> data = data(node);
    int total = data.stream().mapToInt(this::size).sum();
    boolean[] sources = new boolean[total];
    int at = 0;
    for (String input : data) {
      System.arraycopy(alive.get(input), 0, sources, at, size(input));
      at += size(input);
    }
    for (String output : node.outputs()) {
      int[] from = moved.get(output);
      boolean[] to = new boolean[from.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = sources[from[i]];
      }
      alive.put(output, to);
    }
    return true;
  }

  private boolean add(Node node, Map<String, boolean[]> alive) {
    boolean[] a = alive.get(node.inputs().get(0));
    alive.put(node.output(), a);
    return Arrays.equals(a, alive.get(node.inputs().get(1)));
  }

  /** Rows of A by the columns of a weight: both have alive the same of what is summed over. */
  private boolean multiply(Node node, Map<String, boolean[]> alive) {
    boolean[] a = alive.get(node.inputs().get(0));
    boolean[] b = alive.get(node.inputs().get(1));
    long[] dims = shapes.get(node.inputs().get(1));
    int inner = (int) dims[0];
    int columns = (int) dims[1];
    boolean[] product = new boolean[a.length / inner * columns];
    for (int i = 0; i < product.length; i++) {
      boolean row = false;
      boolean column = false;
      boolean same = true;
      for (int k = 0; k < inner; k++) {
        boolean left = a[i / columns * inner + k];
        boolean right = b[k * columns + i % columns];
        row |= left;
        column |= right;
        same &= left == right;
      }
      if (row && column && !same) {
        return false;
      }
      product[i] = row && column;
    }
    alive.put(node.output(), product);
    return true;
  }
}
