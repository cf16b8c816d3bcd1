package dev.espalier.trainer.network;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Random graphs of the operators that can be trained, with skips, shared weights, broadcasting. */
public final class RandomGraph {
  private record Value(String name, int rows, int columns) {}

  private final SplittableRandom random;
  private final OnnxBuilder builder = new OnnxBuilder("random");
  private final List<Value> values = new ArrayList<>();
  private final Map<String, List<String>> weights = new HashMap<>();
  private int counter;

  private RandomGraph(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A graph with input {@code x} and outputs {@code y0} and {@code y1}. */
  public static OnnxModel of(long seed) {
    RandomGraph graph = new RandomGraph(seed);
    Value input = new Value("x", 1 + graph.random.nextInt(5), 1 + graph.random.nextInt(6));
    graph.builder.input("x", input.rows(), input.columns());
    graph.values.add(input);
    int nodes = 3 + graph.random.nextInt(10);
    for (int i = 0; i < nodes; i++) {
      graph.step();
    }
    graph.gemm(graph.values.getLast());
    for (int i = 0; i < 2; i++) {
      Value value = graph.values.get(graph.values.size() - 1 - i);
      graph.builder.node("Identity", "out" + i, List.of(value.name()), "y" + i);
      graph.builder.output("y" + i, value.rows(), value.columns());
    }
    return graph.builder.build();
  }

  private void step() {
    Value v = values.get(random.nextInt(values.size()));
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> gemm(v);
      case 3 -> matMul(v);
      case 4 -> add(v);
      case 5 -> unary("Relu", v, Map.of());
      case 6 -> unary("Elu", v, Map.of("alpha", (float) random.nextDouble(0.2, 2)));
      case 7 -> unary("Tanh", v, Map.of());
      default -> unary(random.nextBoolean() ? "Sigmoid" : "Identity", v, Map.of());
    }
  }

  private void gemm(Value v) {
    boolean transA = random.nextInt(4) == 0;
    boolean transB = random.nextBoolean();
    int m = transA ? v.columns() : v.rows();
    int k = transA ? v.rows() : v.columns();
    int n = 1 + random.nextInt(6);
    String weight = transB ? weight(n, k) : weight(k, n);
    List<String> inputs = new ArrayList<>(List.of(v.name(), weight));
    if (random.nextInt(4) > 0) {
      inputs.add(broadcast(m, n));
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("transA", transA ? 1L : 0L);
    attributes.put("transB", transB ? 1L : 0L);
    if (random.nextInt(3) == 0) {
      attributes.put("alpha", (float) random.nextDouble(0.5, 1.5));
      attributes.put("beta", (float) random.nextDouble(0.5, 1.5));
    }
    node("Gemm", inputs, m, n, attributes);
  }

  private void matMul(Value v) {
    int n = 1 + random.nextInt(6);
    if (random.nextBoolean()) {
      node("MatMul", List.of(v.name(), weight(v.columns(), n)), v.rows(), n, Map.of());
    } else {
      node("MatMul", List.of(weight(n, v.rows()), v.name()), n, v.columns(), Map.of());
    }
  }

  private void add(Value v) {
    List<Value> same =
        values.stream()
            .filter(
                o ->
                    (o.rows() == v.rows() || o.rows() == 1)
                        && (o.columns() == v.columns() || o.columns() == 1))
            .toList();
    String other =
        random.nextBoolean()
            ? same.get(random.nextInt(same.size())).name()
            : broadcast(v.rows(), v.columns());
    List<String> inputs =
        random.nextBoolean() ? List.of(v.name(), other) : List.of(other, v.name());
    node("Add", inputs, v.rows(), v.columns(), Map.of());
  }

  private void unary(String operator, Value v, Map<String, Object> attributes) {
    node(operator, List.of(v.name()), v.rows(), v.columns(), attributes);
  }

  private void node(
      String operator, List<String> inputs, int rows, int columns, Map<String, Object> attributes) {
    String output = "v" + counter++;
    builder.node(operator, "/part/" + output + "/" + operator, inputs, output, attributes);
    values.add(new Value(output, rows, columns));
  }

  /** A weight matrix, now and then one that is there already. */
  private String weight(int rows, int columns) {
    List<String> known = weights.computeIfAbsent(rows + "x" + columns, key -> new ArrayList<>());
    if (!known.isEmpty() && random.nextInt(3) == 0) {
      return known.get(random.nextInt(known.size()));
    }
    String name = initializer(1.0 / Math.sqrt(Math.max(rows, columns)), rows, columns);
    known.add(name);
    return name;
  }

  private String broadcast(int rows, int columns) {
    return switch (random.nextInt(6)) {
      case 0 -> initializer(1, columns);
      case 1 -> initializer(1, 1, columns);
      case 2 -> initializer(1, rows, 1);
      case 3 -> initializer(1, 1);
      case 4 -> initializer(1);
      default -> initializer(1, rows, columns);
    };
  }

  private String initializer(double scale, int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    String name = "part.w" + counter++;
    builder.initializer(name, dims, data);
    return name;
  }
}
