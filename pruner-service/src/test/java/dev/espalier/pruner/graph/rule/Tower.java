package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tower of blocks as high as wanted, to see how the cost grows: in turn a residual pair of dense
 * layers, attention with heads, and a few layers that are concatenated. It is prepared already.
 */
public final class Tower {
  private static final int TOKENS = 4;
  private static final int HEADS = 4;

  private final OnnxBuilder builder = new OnnxBuilder("tower");
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, long[]> ints = new HashMap<>();
  private final int width;
  private int nodes;
  private int blocks;

  private Tower(int width) {
    this.width = width;
  }

  /**
   * @param nodes how many nodes at least
   * @param width of the residual stream, a multiple of 8
   */
  public static Prepared of(int nodes, int width) {
    return new Tower(width).build(nodes);
  }

  private Prepared build(int least) {
    builder.input("x", 1, TOKENS, 3);
    shapes.put("x", new long[] {1, TOKENS, 3});
    String stream = dense("stem", "x", 3, width);
    while (nodes < least) {
      stream =
          switch (blocks++ % 3) {
            case 0 -> residual(stream);
            case 1 -> attention(stream);
            default -> joined(stream);
          };
    }
    builder.output(dense("head", stream, width, 2), 1, TOKENS, 2);
    OnnxModel model = builder.build();
    return new Prepared(model, model, shapes, ints);
  }

  private String residual(String from) {
    String scope = "block." + blocks + ".";
    String hidden = node("Relu", dense(scope + "up", from, width, 2 * width), TOKENS, 2 * width);
    return node(
        "Add",
        List.of(from, dense(scope + "down", hidden, 2 * width, width)),
        Map.of(),
        1,
        TOKENS,
        width);
  }

  private String attention(String from) {
    String scope = "block." + blocks + ".";
    int dim = width / HEADS;
    String[] part = new String[3];
    for (int i = 0; i < 3; i++) {
      String own = dense(scope + "qkv".charAt(i), from, width, width);
      String split =
          node(
              "Reshape",
              List.of(own, literal(1, TOKENS, HEADS, dim)),
              Map.of(),
              1,
              TOKENS,
              HEADS,
              dim);
      long[] order = i == 1 ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3};
      int[] dims = i == 1 ? new int[] {1, HEADS, dim, TOKENS} : new int[] {1, HEADS, TOKENS, dim};
      part[i] = node("Transpose", List.of(split), Map.of("perm", order), dims);
    }
    String scores = node("MatMul", List.of(part[0], part[1]), Map.of(), 1, HEADS, TOKENS, TOKENS);
    String weights = node("Softmax", List.of(scores), Map.of("axis", -1), 1, HEADS, TOKENS, TOKENS);
    String context = node("MatMul", List.of(weights, part[2]), Map.of(), 1, HEADS, TOKENS, dim);
    String turned =
        node(
            "Transpose",
            List.of(context),
            Map.of("perm", new long[] {0, 2, 1, 3}),
            1,
            TOKENS,
            HEADS,
            dim);
    String whole =
        node("Reshape", List.of(turned, literal(1, TOKENS, width)), Map.of(), 1, TOKENS, width);
    return node(
        "Add",
        List.of(from, dense(scope + "proj", whole, width, width)),
        Map.of(),
        1,
        TOKENS,
        width);
  }

  private String joined(String from) {
    String scope = "block." + blocks + ".";
    int more = width / 4;
    String all = from;
    for (int i = 0; i < 3; i++) {
      int now = width + i * more;
      String grown = dense(scope + "grow" + i, all, now, more);
      all = node("Concat", List.of(all, grown), Map.of("axis", -1), 1, TOKENS, now + more);
    }
    return dense(scope + "narrow", all, width + 3 * more, width);
  }

  private String dense(String scope, String from, int in, int out) {
    builder
        .initializer(scope + ".weight", new int[] {in, out}, new float[in * out])
        .initializer(scope + ".bias", new int[] {out}, new float[out]);
    shapes.put(scope + ".weight", new long[] {in, out});
    shapes.put(scope + ".bias", new long[] {out});
    String product = node("MatMul", List.of(from, scope + ".weight"), Map.of(), 1, TOKENS, out);
    return node("Add", List.of(product, scope + ".bias"), Map.of(), 1, TOKENS, out);
  }

  private String node(String operator, String from, int tokens, int width) {
    return node(operator, List.of(from), Map.of(), 1, tokens, width);
  }

  private String node(
      String operator, List<String> inputs, Map<String, Object> attributes, int... dims) {
    String output = "v" + nodes++;
    builder.node(operator, "/block/" + output, inputs, output, attributes);
    shapes.put(output, Arrays.stream(dims).asLongStream().toArray());
    return output;
  }

  private String literal(long... values) {
    String name = "i" + nodes + "." + values.length;
    builder.initializer(Tensor.of(name, new int[] {values.length}, values));
    shapes.put(name, new long[] {values.length});
    ints.put(name, values);
    return name;
  }
}
