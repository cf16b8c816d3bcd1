package dev.espalier.pruner;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random graphs of the supported operators: dense layers in all spellings, skip connections, shared
 * weights, products of activations, several inputs, outputs and components.
 */
public final class RandomNetworks {
  private record Value(String name, int width) {}

  private record Weight(String name, int in, int out, boolean transposed) {}

  private static final List<String> COMPONENTS = List.of("encoder", "dynamics", "decoder");

  private final SplittableRandom random;
  private final OnnxBuilder builder = new OnnxBuilder("random");
  private final List<Value> values = new ArrayList<>();
  private final List<Weight> weights = new ArrayList<>();
  private final Map<String, Integer> names = new LinkedHashMap<>();
  private final int widest;
  private final boolean smooth;

  private RandomNetworks(long seed, int widest, boolean smooth) {
    random = new SplittableRandom(seed);
    this.widest = widest;
    this.smooth = smooth;
  }

  /** A network of a few to a dozen layers, each up to 24 wide. */
  public static OnnxModel network(long seed) {
    RandomNetworks networks = new RandomNetworks(seed, 24, false);
    return networks.build(1 + networks.random.nextInt(2), 3 + networks.random.nextInt(12), 1);
  }

  /** A network so small that all subsets of its indices can be tried. */
  public static OnnxModel tiny(long seed) {
    RandomNetworks networks = new RandomNetworks(seed, 3, true);
    return networks.build(1, 1 + networks.random.nextInt(4), 2);
  }

  private OnnxModel build(int inputs, int steps, int narrowest) {
    for (int i = 0; i < inputs; i++) {
      int width = smooth ? 1 + random.nextInt(2) : 1 + random.nextInt(12);
      builder.input("input" + i, -1, width);
      values.add(new Value("input" + i, width));
    }
    dense(any(), narrowest + random.nextInt(widest - narrowest + 1));
    for (int step = 0; step < steps; step++) {
      switch (random.nextInt(smooth ? 8 : 10)) {
        case 0, 1, 2 -> dense(any(), narrowest + random.nextInt(widest - narrowest + 1));
        case 3, 4 -> activation(any());
        case 5 -> skip();
        case 6 -> shared();
        case 7 -> constant(any());
        case 8 -> attention();
        default -> unknown(any());
      }
    }
    int outputs = smooth ? 1 : 1 + random.nextInt(2);
    for (int i = 0; i < outputs; i++) {
      Value from = i == 0 ? values.getLast() : any();
      Value last = dense(from, 1 + random.nextInt(smooth ? 2 : 8));
      builder.output(last.name, -1, last.width);
    }
    return builder.metadata("made", "by a test").build();
  }

  private Value any() {
    return values.get(random.nextInt(values.size()));
  }

  private Value add(String operator, List<String> inputs, int width, Map<String, Object> how) {
    String name = name(COMPONENTS.get(random.nextInt(3)) + "/" + operator);
    builder.node(operator, "/" + name, inputs, name + "_out", how);
    Value value = new Value(name + "_out", width);
    values.add(value);
    return value;
  }

  private String name(String base) {
    return base + "." + names.merge(base, 1, Integer::sum);
  }

  private Value dense(Value from, int out) {
    boolean transposed = random.nextBoolean();
    String scope = name(COMPONENTS.get(random.nextInt(3)));
    boolean gemm = random.nextBoolean();
    Weight weight = new Weight(scope + ".weight", from.width, out, transposed && gemm);
    initializer(
        weight.name,
        weight.transposed ? new int[] {out, from.width} : new int[] {from.width, out},
        1.5 / Math.sqrt(from.width));
    weights.add(weight);
    return dense(from, weight, gemm, scope);
  }

  private Value dense(Value from, Weight weight, boolean gemm, String scope) {
    int bias = random.nextInt(4);
    String biasName = name(scope + ".bias");
    int[][] biasShapes = {{weight.out}, {1, weight.out}, {1}, {}};
    if (bias > 0) {
      initializer(biasName, biasShapes[random.nextInt(10) < 7 ? 0 : random.nextInt(4)], 0.7);
    }
    if (gemm) {
      List<String> inputs =
          bias > 0 ? List.of(from.name, weight.name, biasName) : List.of(from.name, weight.name);
      Map<String, Object> how = new LinkedHashMap<>();
      how.put("transB", weight.transposed ? 1 : 0);
      if (random.nextInt(3) == 0) {
        how.put("alpha", 0.5f + random.nextInt(3));
        how.put("beta", 0.25f);
      }
      return add("Gemm", inputs, weight.out, how);
    }
    Value product = add("MatMul", List.of(from.name, weight.name), weight.out, Map.of());
    if (bias == 0) {
      return product;
    }
    values.remove(product);
    return add(
        "Add",
        bias == 1 ? List.of(biasName, product.name) : List.of(product.name, biasName),
        weight.out,
        Map.of());
  }

  private void activation(Value from) {
    List<String> operators =
        smooth
            ? List.of("Tanh", "Sigmoid", "Elu", "Identity")
            : List.of("Tanh", "Sigmoid", "Elu", "Relu", "Identity");
    add(operators.get(random.nextInt(operators.size())), List.of(from.name), from.width, Map.of());
  }

  private void skip() {
    Value a = any();
    Value b = dense(any(), a.width);
    add("Add", List.of(a.name, b.name), a.width, Map.of());
  }

  private void shared() {
    Weight weight = weights.get(random.nextInt(weights.size()));
    Value from =
        values.stream()
            .filter(value -> value.width == weight.in)
            .reduce((a, b) -> random.nextBoolean() ? a : b)
            .orElseThrow();
    dense(from, weight, weight.transposed || random.nextBoolean(), name("shared"));
  }

  private void constant(Value from) {
    String name = name("offsets");
    initializer(name, random.nextBoolean() ? new int[] {1} : new int[] {from.width}, 1);
    add("Add", List.of(from.name, name), from.width, Map.of());
  }

  /** query (key' value) without softmax: sums over the batch and over a width of activations. */
  private void attention() {
    int width = 2 + random.nextInt(6);
    Value query = dense(any(), width);
    Value key = dense(any(), width);
    Value value = any();
    Value memory =
        add("Gemm", List.of(key.name, value.name), value.width, Map.of("transA", 1, "alpha", 0.2f));
    values.remove(memory);
    add("MatMul", List.of(query.name, memory.name), value.width, Map.of());
  }

  private void unknown(Value from) {
    add("Hardmax", List.of(from.name), from.width, Map.of());
  }

  private void initializer(String name, int[] dims, double scale) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = (float) (scale * random.nextGaussian());
    }
    builder.initializer(Tensor.of(name, dims, data));
  }
}
