package dev.espalier.pruner.graph.rule;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Transformers of images: windows that are cut out and shifted, patches, a class token. */
class VisionTransformerTest {
  private final Draft draft = new Draft(8);

  /** [B, N, h * d] to [B, h, N, d]. */
  private String heads(String from, int heads, int dim) {
    return draft.transpose(draft.reshape(from, 0, 0, heads, dim), 0, 2, 1, 3);
  }

  private String attended(String q, String k, String v) {
    String scores = draft.op("MatMul", List.of(q, draft.transpose(k, 0, 1, 3, 2)));
    String weights = draft.op("Softmax", List.of(scores), Map.of("axis", -1));
    return draft.op("MatMul", List.of(weights, v));
  }

  private String slice(String from, int axis, long start, long end) {
    return draft.op("Slice", List.of(from, draft.ints(start), draft.ints(end), draft.ints(axis)));
  }

  /** Swin: shifted, cut into windows, attended, put together and shifted back; then a residual. */
  @Test
  void windowsThatAreShifted() {
    String x = draft.input("x", -1, 4, 4, 3);
    String embedded = draft.dense("embed", x, 3, 6);
    String shifted = shift(shift(embedded, 1, 1), 2, 1);
    String split = draft.reshape(shifted, 0, 2, 2, 2, 2, 6);
    String windows = draft.reshape(draft.transpose(split, 0, 1, 3, 2, 4, 5), -1, 4, 6);
    String qkv = draft.reshape(draft.dense("qkv", windows, 6, 27), -1, 4, 3, 3, 3);
    List<String> part =
        draft.op("Split", List.of(draft.transpose(qkv, 2, 0, 3, 1, 4)), Map.of("axis", 0), 3);
    String zero = draft.ints(0);
    List<String> qkvs = part.stream().map(p -> draft.op("Squeeze", List.of(p, zero))).toList();
    String context = attended(qkvs.get(0), qkvs.get(1), qkvs.get(2));
    String joined = draft.reshape(draft.transpose(context, 0, 2, 1, 3), -1, 4, 9);
    String projected = draft.reshape(draft.dense("proj", joined, 9, 6), -1, 2, 2, 2, 2, 6);
    String whole = draft.reshape(draft.transpose(projected, 0, 1, 3, 2, 4, 5), -1, 4, 4, 6);
    String back = shift(shift(whole, 1, 3), 2, 3);
    String sum = draft.op("Add", List.of(embedded, back));
    String y = draft.dense("head", sum, 6, 2);

    Found found = Found.in(draft.output(y, -1, 4, 4, 2).build()).holds(8);

    found.has(6, "embed.weight[1]", "qkv.weight[0]", "proj.weight[1]", "head.weight[0]");
    found.has(3, "qkv.weight[1]", "proj.weight[0]");
  }

  private String shift(String from, int axis, int by) {
    return draft.concat(axis, slice(from, axis, by, Integer.MAX_VALUE), slice(from, axis, 0, by));
  }

  /** Patches, a class token in front, positions added, a block with a residual, the class read. */
  @Test
  void visionTransformer() {
    String image = draft.input("x", -1, 1, 4, 4);
    String patches =
        draft.op(
            "Conv",
            List.of(image, draft.weight("patch.weight", 6, 1, 2, 2)),
            Map.of("strides", new long[] {2, 2}, "kernel_shape", new long[] {2, 2}));
    String tokens = draft.transpose(draft.reshape(patches, 0, 6, -1), 0, 2, 1);
    String first = slice(tokens, 1, 0, 1);
    String zero = draft.op("Mul", List.of(first, draft.weight("zero", 1)));
    String cls = draft.op("Add", List.of(zero, draft.weight("cls", 1, 1, 6)));
    String all = draft.concat(1, cls, tokens);
    String placed = draft.op("Add", List.of(all, draft.weight("position", 1, 5, 6)));
    String q = heads(draft.dense("q", placed, 6, 8), 2, 4);
    String k = heads(draft.dense("k", placed, 6, 8), 2, 4);
    String v = heads(draft.dense("v", placed, 6, 8), 2, 4);
    String context = attended(q, k, v);
    String joined = draft.reshape(draft.transpose(context, 0, 2, 1, 3), 0, 5, 8);
    String sum = draft.op("Add", List.of(placed, draft.dense("proj", joined, 8, 6)));
    String read = draft.op("Gather", List.of(sum, draft.ints(new int[0], 0)), Map.of("axis", 1));
    String y = draft.dense("head", read, 6, 2);

    Found found = Found.in(draft.output(y, -1, 2).build()).holds(8);

    found.has(2, "q.weight[1]", "k.weight[1]", "v.weight[1]", "proj.weight[0]");
    found.has(
        6,
        "patch.weight[0]",
        "cls[2]",
        "position[2]",
        "q.weight[0]",
        "k.weight[0]",
        "v.weight[0]",
        "proj.weight[1]",
        "head.weight[0]");
  }
}
