package dev.espalier.trainer.network;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small networks of the usual kinds, built as exporters write them. */
final class SmallNetworks {
  private final SplittableRandom random = new SplittableRandom(11);
  private final OnnxBuilder builder;
  private int counter;

  private SmallNetworks(String name) {
    builder = new OnnxBuilder(name);
  }

  /** Images [batch, 3, 12, 12] to 5 classes: residual blocks with BatchNorm, dropout at the end. */
  static OnnxModel residual() {
    SmallNetworks net = new SmallNetworks("residual");
    net.builder.input("x", -1, 3, 12, 12);
    String h = net.node("Relu", net.norm(net.conv("x", 3, 8, 3, 1), 8));
    h =
        net.node(
            "MaxPool",
            Map.of(
                "kernel_shape",
                new long[] {3, 3},
                "strides",
                new long[] {2, 2},
                "pads",
                new long[] {1, 1, 1, 1}),
            h);
    h = net.block(h, 8, 8, 1);
    h = net.block(h, 8, 16, 2);
    h = net.node("Flatten", net.node("GlobalAveragePool", h));
    h = net.node("Dropout", h, net.literal(0.25f));
    net.builder.node(
        "Gemm", "head", List.of(h, net.weight(5, 16), net.weight(5)), "y", Map.of("transB", 1L));
    return net.builder.output("y", -1, 5).build();
  }

  private String block(String x, int in, int out, int stride) {
    String h = node("Relu", norm(conv(x, in, out, 3, stride), out));
    h = norm(conv(h, out, out, 3, 1), out);
    String skip = in == out && stride == 1 ? x : norm(conv(x, in, out, 1, stride), out);
    return node("Relu", node("Add", h, skip));
  }

  private String conv(String x, int in, int out, int kernel, int stride) {
    long pad = kernel / 2;
    return node(
        "Conv",
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "strides", new long[] {stride, stride},
            "pads", new long[] {pad, pad, pad, pad}),
        x,
        weight(out, in, kernel, kernel));
  }

  private String norm(String x, int channels) {
    return node(
        "BatchNormalization",
        Map.of("momentum", 0.9f),
        x,
        uniform(0.5, 1.5, channels),
        weight(channels),
        weight(channels),
        uniform(0.5, 1.5, channels));
  }

  /**
   * Tokens [batch, 8] to scores [batch, 8, 30]: an embedding tied to the head, attention of 2 heads
   * of products and Softmax, LayerNorm in its parts, Gelu by Erf, shapes computed at run time.
   */
  static OnnxModel encoder() {
    SmallNetworks net = new SmallNetworks("encoder");
    net.builder.input("tokens", dev.espalier.onnx.ElementType.INT64, -1, -1);
    String table = net.weight(50, 16);
    String h = net.node("Gather", table, "tokens");
    for (int layer = 0; layer < 2; layer++) {
      h = net.node("Add", h, net.attention(net.layerNorm(h), h));
      String wide = net.linear(net.layerNorm(h), 16, 32);
      h = net.node("Add", h, net.linear(net.gelu(wide), 32, 16));
    }
    net.builder.node(
        "MatMul",
        "head",
        List.of(net.layerNorm(h), net.node("Transpose", Map.of("perm", new long[] {1, 0}), table)),
        "y");
    return net.builder.output("y", -1, -1, 50).build();
  }

  private String attention(String x, String shaped) {
    String shape = node("Shape", shaped);
    String batch = unsqueezed(node("Gather", shape, integer(0)));
    String length = unsqueezed(node("Gather", shape, integer(1)));
    String split = node("Concat", Map.of("axis", 0L), batch, length, integers(2), integers(8));
    String joined = node("Concat", Map.of("axis", 0L), batch, length, integers(16));
    String q = heads(linear(x, 16, 16), split, 0, 2, 1, 3);
    String k = heads(linear(x, 16, 16), split, 0, 2, 3, 1);
    String v = heads(linear(x, 16, 16), split, 0, 2, 1, 3);
    String scores = node("Div", node("MatMul", q, k), literal((float) Math.sqrt(8)));
    String mixed = node("MatMul", node("Softmax", Map.of("axis", -1L), scores), v);
    String back = node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), mixed);
    return linear(node("Reshape", back, joined), 16, 16);
  }

  private String heads(String x, String split, long... perm) {
    return node("Transpose", Map.of("perm", perm), node("Reshape", x, split));
  }

  private String unsqueezed(String x) {
    return node("Unsqueeze", x, integers(0));
  }

  private String linear(String x, int in, int out) {
    return node("Add", weight(out), node("MatMul", x, weight(in, out)));
  }

  private String layerNorm(String x) {
    Map<String, Object> last = Map.of("axes", new long[] {-1});
    String centred = node("Sub", x, node("ReduceMean", last, x));
    String variance = node("ReduceMean", last, node("Pow", centred, literal(2)));
    String deviation = node("Sqrt", node("Add", variance, literal(1e-5f)));
    String scaled = node("Mul", node("Div", centred, deviation), uniform(0.5, 1.5, 16));
    return node("Add", scaled, weight(16));
  }

  private String gelu(String x) {
    String erf = node("Erf", node("Div", x, literal((float) Math.sqrt(2))));
    String twice = node("Mul", x, node("Add", erf, literal(1)));
    return node("Mul", twice, literal(0.5f));
  }

  private String node(String operator, String... inputs) {
    return node(operator, Map.of(), inputs);
  }

  private String node(String operator, Map<String, Object> attributes, String... inputs) {
    String output = "/" + operator + "_" + counter++;
    builder.node(operator, output, List.of(inputs), output, attributes);
    return output;
  }

  private String weight(int... dims) {
    int fan = dims.length == 1 ? 16 : OperatorCase.size(dims) / dims[0];
    double bound = 1 / Math.sqrt(fan);
    return uniform(-bound, bound, dims);
  }

  private String uniform(double low, double high, int... dims) {
    String name = "w" + counter++;
    float[] values = new float[OperatorCase.size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(low, high);
    }
    builder.initializer(name, dims, values);
    return name;
  }

  private String literal(float value) {
    return constant(Tensor.of("", new int[0], new float[] {value}));
  }

  private String integer(long value) {
    return constant(Tensor.of("", new int[0], new long[] {value}));
  }

  private String integers(long... values) {
    return constant(Tensor.of("", new int[] {values.length}, values));
  }

  private String constant(Tensor value) {
    String output = "/Constant_" + counter++;
    builder.node("Constant", output, new ArrayList<>(), output, Map.of("value", value));
    return output;
  }
}
