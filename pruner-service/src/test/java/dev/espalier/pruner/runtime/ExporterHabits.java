package dev.espalier.pruner.runtime;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small graphs with the shape arithmetic that exporters leave behind. */
final class ExporterHabits {
  private final SplittableRandom random = new SplittableRandom(3);
  private final OnnxBuilder builder = new OnnxBuilder("habit");
  private int count;

  private ExporterHabits() {}

  /** The graphs by name; every input has a free batch axis, and some more. */
  static Map<String, OnnxModel> all() {
    Map<String, OnnxModel> models = new LinkedHashMap<>();
    models.put("view(x.size(0), -1)", new ExporterHabits().view());
    models.put("flatten by slice", new ExporterHabits().flatten());
    models.put("class token", new ExporterHabits().classToken());
    models.put("heads", new ExporterHabits().heads());
    models.put("half of the channels", new ExporterHabits().half());
    models.put("twice the size", new ExporterHabits().resize(false));
    models.put("twice the scale", new ExporterHabits().resize(true));
    models.put("channel shuffle", new ExporterHabits().shuffle());
    models.put("positions", new ExporterHabits().positions());
    models.put("axes swapped by a reshape", new ExporterHabits().swapped());
    models.put("flat windows", new ExporterHabits().windows());
    models.put("lengths as an output", new ExporterHabits().lengths());
    return models;
  }

  private String ints(long... values) {
    return ints(new int[] {values.length}, values);
  }

  private String ints(int[] dims, long... values) {
    String name = "c" + count++;
    builder.initializer(Tensor.of(name, dims, values));
    return name;
  }

  private String weight(int... dims) {
    String name = "w" + count++;
    float[] values = new float[Moves.size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    builder.initializer(name, dims, values);
    return name;
  }

  private String node(String operator, Map<String, Object> attributes, String... inputs) {
    String name = operator + count++;
    builder.node(operator, "/" + name, List.of(inputs), name, attributes);
    return name;
  }

  private String node(String operator, String... inputs) {
    return node(operator, Map.of(), inputs);
  }

  private String constant(long... values) {
    return node("Constant", Map.of("value_ints", values));
  }

  /** One axis' length, as a list of one. */
  private String size(String value, int axis) {
    String length = node("Gather", Map.of("axis", 0), node("Shape", value), ints(new int[0], axis));
    return node("Unsqueeze", length, constant(0));
  }

  private String list(String... parts) {
    return node("Concat", Map.of("axis", 0), parts);
  }

  private String reshape(String value, String... target) {
    return node("Reshape", value, list(target));
  }

  private OnnxModel build(String last, int... dims) {
    builder.node("Identity", "/out", List.of(last), "y");
    return builder.output("y", dims).build();
  }

  private OnnxModel view() {
    builder.input("x", -1, 2, 3);
    String flat = reshape("x", size("x", 0), constant(-1));
    return build(node("Gemm", flat, weight(6, 4)), -1, 4);
  }

  private OnnxModel flatten() {
    builder.input("x", -1, 2, 3, 4);
    String head = node("Slice", node("Shape", "x"), ints(0), ints(2), ints(0));
    return build(reshape("x", head, constant(-1)), -1, 2, 12);
  }

  private OnnxModel classToken() {
    builder.input("x", -1, 5, 4);
    String wanted = list(size("x", 0), constant(-1), constant(-1));
    String zeros = node("ConstantOfShape", node("Shape", wanted));
    String one = node("Add", node("Cast", Map.of("to", 7), zeros), ints(1));
    String negative = node("Mul", one, ints(-1));
    String target = node("Where", node("Equal", wanted, negative), one, wanted);
    String token = node("Expand", weight(1, 1, 4), target);
    return build(node("Concat", Map.of("axis", 1), token, "x"), -1, 6, 4);
  }

  private OnnxModel heads() {
    builder.input("x", -1, -1, 8);
    String batch = size("x", 0);
    String time = size("x", 1);
    String width = node("Div", size("x", 2), ints(2));
    String split = reshape(node("MatMul", "x", weight(8, 8)), batch, time, constant(2), width);
    String turned = node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), split);
    String merged = reshape(turned, node("Mul", batch, ints(2)), time, width);
    String back = node("Transpose", Map.of("perm", new long[] {0, 2, 1}), merged);
    String weights = node("Softmax", node("MatMul", merged, back));
    String mixed = reshape(node("MatMul", weights, merged), batch, constant(2), time, width);
    String home = node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), mixed);
    return build(reshape(home, batch, time, node("Mul", ints(2), width)), -1, -1, 8);
  }

  private OnnxModel half() {
    builder.input("x", -1, 6, 3);
    String middle = node("Div", size("x", 1), ints(2));
    String first = node("Slice", "x", ints(0), middle, ints(1), ints(1));
    String second = node("Slice", "x", middle, node("Mul", middle, ints(2)), ints(1), ints(1));
    return build(node("Mul", first, node("Sigmoid", second)), -1, 3, 3);
  }

  private OnnxModel resize(boolean scales) {
    builder.input("x", -1, 2, 3, 3);
    String shape = node("Shape", "x");
    String sizes = node("Slice", shape, ints(2), ints(4), ints(0));
    String real = node("Cast", Map.of("to", 1), sizes);
    builder.initializer("two", new int[0], new float[] {2});
    String twice = node("Floor", node("Mul", real, "two"));
    String fixed = node("Slice", shape, ints(0), ints(2), ints(0));
    if (scales) {
      String ones = node("Cast", Map.of("to", 1), node("Div", fixed, fixed));
      String factors = list(ones, node("Div", twice, real));
      return build(node("Resize", "x", "", factors), -1, 2, 6, 6);
    }
    String target = list(fixed, node("Cast", Map.of("to", 7), twice));
    return build(node("Resize", "x", "", "", target), -1, 2, 6, 6);
  }

  private OnnxModel shuffle() {
    builder.input("x", -1, 6, 2, 2);
    String batch = size("x", 0);
    String part = node("Div", size("x", 1), ints(3));
    String high = size("x", 2);
    String wide = size("x", 3);
    String split = reshape("x", batch, constant(3), part, high, wide);
    String turned = node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3, 4}), split);
    return build(reshape(turned, batch, constant(-1), high, wide), -1, 6, 2, 2);
  }

  private OnnxModel positions() {
    builder.input("x", -1, -1, 4);
    String time = node("Gather", node("Shape", "x"), ints(new int[0], 1));
    String range = node("Range", ints(new int[0], 0), time, ints(new int[0], 1));
    String embedded = node("Gather", weight(9, 4), range);
    return build(node("Add", "x", embedded), -1, -1, 4);
  }

  private OnnxModel swapped() {
    builder.input("x", -1, -1);
    return build(reshape("x", size("x", 1), size("x", 0)), -1, -1);
  }

  private OnnxModel windows() {
    builder.input("x", -1, 4, 4, 3);
    String count = node("Mul", size("x", 0), node("Mul", ints(2), ints(2)));
    String windows = reshape("x", count, constant(4), size("x", 3));
    String mean = node("ReduceMean", Map.of("axes", new long[] {1}, "keepdims", 0), windows);
    String batch = node("Div", node("Gather", node("Shape", mean), ints(0)), ints(4));
    return build(reshape(mean, batch, constant(4), constant(3)), -1, 4, 3);
  }

  private OnnxModel lengths() {
    builder.input("x", -1, 4);
    String doubled = node("Mul", node("Shape", "x"), ints(2));
    return build(node("Tile", "x", node("Div", doubled, node("Shape", "x"))), -1, 8);
  }
}
