package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AttentionOperatorsTest {
  private static final int STEPS = 4;
  private static final int FEATURES = 5;

  @Test
  void packedProjections() {
    check(AttentionOperatorsTest::packed, 60);
  }

  @Test
  void separateProjections() {
    check(AttentionOperatorsTest::separate, 60);
  }

  @Test
  void onnxAttentionOfThreeAxes() {
    check(AttentionOperatorsTest::standard, 60);
  }

  @Test
  void sharedHeads() {
    check(AttentionOperatorsTest::grouped, 50);
  }

  @Test
  void onnxAttentionOfFourAxes() {
    check(AttentionOperatorsTest::fourAxes, 40);
  }

  @Test
  void aCacheThatIsHandedOutKeepsItsHeads() {
    TestGraph graph = new TestGraph(new SplittableRandom(3)).opset(23);
    graph.input("x", 1, STEPS, FEATURES);
    graph.input("past_key", 1, 3, 2, 4);
    graph.input("past_value", 1, 3, 2, 4);
    List<String> inputs = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      inputs.add(graph.dense("x", FEATURES, 12));
    }
    inputs.addAll(List.of("", "past_key", "past_value"));
    Map<String, Object> how = Map.of("q_num_heads", 3, "kv_num_heads", 3);
    graph.nodes("Attention", inputs, List.of("y", "key", "value"), how);
    graph.output("key", 1, 3, 2 + STEPS, 4);
    graph.output("value", 1, 3, 2 + STEPS, 4);

    DependencyGraph traced = new Pruner().analyze(output(graph, "y", 12)).graph();

    assertTrue(traced.groups().isEmpty());
    assertTrue(
        traced.declined().stream().anyMatch(place -> !place.heldBack().isEmpty()),
        traced.declined().toString());
  }

  @Test
  void aHeadGoesFromTheThreeParts() {
    TestGraph graph = new TestGraph(new SplittableRandom(3));
    graph.input("x", -1, STEPS, FEATURES);
    graph.weight("w", FEATURES, 6 + 6 + 12);
    graph.weight("b", 6 + 6 + 12);
    Map<String, Object> how = Map.of("num_heads", 3, "qkv_hidden_sizes", new long[] {6, 6, 12});
    String y = graph.node("com.microsoft.Attention", List.of("x", "w", "b"), how);
    graph.output(graph.dense(y, 12, 2), -1, STEPS, 2);

    DependencyGraph traced = new Pruner().analyze(graph.build()).graph();

    Group heads = traced.groups().getFirst();
    assertEquals(1, traced.groups().size());
    assertEquals(3, heads.units());
    for (Slice slice : Units.slices(heads, 1)) {
      int[] expected =
          slice.initializer().startsWith("dense")
              ? new int[] {4, 5, 6, 7}
              : new int[] {2, 3, 8, 9, 16, 17, 18, 19};
      assertArrayEquals(expected, slice.index(), slice.toString());
    }
    long macs = STEPS * FEATURES * 24 + STEPS * STEPS * (6 + 12) + STEPS * 12 * 2;
    assertEquals(macs, traced.macs());
  }

  private static void check(Function<Long, OnnxModel> network, int networks) {
    int units = 0;
    for (long seed = 0; seed < networks; seed++) {
      OnnxModel model = network.apply(seed);
      Cuts.exact(model, seed);
      if (seed < 8) {
        Cuts.eachGroup(model, seed);
      }
      units += new Pruner().analyze(model).graph().groups().stream().mapToInt(Group::units).sum();
    }
    assertTrue(units > 2 * networks, units + " units in " + networks + " networks");
  }

  private static OnnxModel packed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random);
    int heads = 2 + random.nextInt(4);
    int query = heads * (1 + random.nextInt(3));
    int value = random.nextBoolean() ? heads * (1 + random.nextInt(3)) : query;
    int width = 3 + random.nextInt(4);
    boolean past = random.nextInt(4) == 0;
    String x = graph.dense(graph.input("x", past ? 2 : -1, STEPS, FEATURES), FEATURES, width);
    List<String> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(graph.weight("qkv.weight", width, 2 * query + value));
    inputs.add(graph.weight("qkv.bias", 2 * query + value));
    Map<String, Object> how = new LinkedHashMap<>();
    how.put("num_heads", heads);
    if (value != query || random.nextBoolean()) {
      how.put("qkv_hidden_sizes", new long[] {query, query, value});
    }
    how.put("unidirectional", random.nextInt(2));
    if (random.nextInt(3) == 0) {
      how.put("scale", 0.4f);
    }
    inputs.add("");
    if (past && value == query) {
      inputs.add(graph.weight("past", 2, 2, heads, 3, query / heads));
    } else if (random.nextBoolean()) {
      int each = random.nextBoolean() ? heads : 1;
      inputs.addAll(List.of("", graph.weight("scores.bias", 1, each, STEPS, STEPS)));
    }
    List<String> outputs = past && value == query ? List.of("y", "present") : List.of("y");
    graph.nodes("com.microsoft.Attention", inputs, outputs, how);
    graph.output(graph.dense("y", value, 2), past ? 2 : -1, STEPS, 2);
    return graph.build();
  }

  private static OnnxModel separate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random);
    int heads = 2 + random.nextInt(4);
    int query = heads * (1 + random.nextInt(3));
    int value = random.nextBoolean() ? heads * (1 + random.nextInt(3)) : query;
    graph.input("x", -1, STEPS, FEATURES);
    graph.input("memory", -1, 3, FEATURES);
    String memory = random.nextBoolean() ? "memory" : "x";
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.dense("x", FEATURES, query));
    inputs.add(graph.dense(memory, FEATURES, query));
    inputs.add(graph.dense(memory, FEATURES, value));
    inputs.add(random.nextBoolean() ? graph.weight("bias", 2 * query + value) : "");
    inputs.add("");
    if (random.nextBoolean()) {
      int each = random.nextBoolean() ? heads : 1;
      int read = memory.equals("x") ? STEPS : 3;
      inputs.add(graph.weight("scores.bias", 1, each, STEPS, read));
    }
    Map<String, Object> how = new LinkedHashMap<>();
    how.put("num_heads", heads);
    how.put("unidirectional", memory.equals("x") ? random.nextInt(2) : 0);
    String y = graph.node("com.microsoft.MultiHeadAttention", inputs, how);
    graph.output(graph.dense("memory", FEATURES, 1), -1, 3, 1);
    return output(graph, y, value);
  }

  private static OnnxModel standard(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random).opset(23);
    int shared = 1 + random.nextInt(3);
    int heads = shared * (1 + random.nextInt(3)) + (shared == 1 ? 1 : 0);
    int size = 1 + random.nextInt(3);
    int valueSize = random.nextBoolean() ? size : 1 + random.nextInt(3);
    graph.input("x", -1, STEPS, FEATURES);
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.dense("x", FEATURES, heads * size));
    inputs.add(graph.dense("x", FEATURES, shared * size));
    inputs.add(graph.dense("x", FEATURES, shared * valueSize));
    switch (random.nextInt(4)) {
      case 0 -> inputs.add(graph.weight("mask", STEPS, STEPS));
      case 1 -> inputs.add(graph.weight("mask", heads, STEPS, STEPS));
      case 2 -> inputs.add(graph.weight("mask", 1, heads, STEPS, STEPS));
      default -> {}
    }
    Map<String, Object> how = new LinkedHashMap<>();
    how.put("q_num_heads", heads);
    how.put("kv_num_heads", shared);
    how.put("is_causal", random.nextInt(2));
    if (random.nextInt(3) == 0) {
      how.put("softcap", 2f);
    }
    String y = graph.node("Attention", inputs, how);
    return output(graph, y, heads * valueSize);
  }

  /** Rotary tables are over 8 steps and heads of 16, which ONNX Runtime asks for. */
  private static OnnxModel grouped(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random);
    int shared = 1 + random.nextInt(3);
    int heads = shared * (1 + random.nextInt(3)) + (shared == 1 ? 1 : 0);
    int size = 16;
    graph.input("x", 2, STEPS, FEATURES);
    graph.initializer(int32("lengths", STEPS - 1, STEPS - 1));
    graph.initializer(int32("total", STEPS));
    boolean packed = random.nextBoolean();
    List<String> inputs = new ArrayList<>();
    if (packed) {
      inputs.addAll(List.of(graph.dense("x", FEATURES, (heads + 2 * shared) * size), "", ""));
    } else {
      inputs.add(graph.dense("x", FEATURES, heads * size));
      inputs.add(graph.dense("x", FEATURES, shared * size));
      inputs.add(graph.dense("x", FEATURES, shared * size));
    }
    inputs.addAll(List.of("", "", "lengths", "total"));
    Map<String, Object> how = new LinkedHashMap<>();
    how.put("num_heads", heads);
    how.put("kv_num_heads", shared);
    if (random.nextBoolean()) {
      how.put("do_rotary", 1);
      inputs.add(graph.weight("cosines", 8, size / 2));
      inputs.add(graph.weight("sines", 8, size / 2));
    }
    List<String> outputs = List.of("y", "present_key", "present_value");
    graph.nodes("com.microsoft.GroupQueryAttention", inputs, outputs, how);
    graph.output(graph.dense("y", heads * size, 2), 2, STEPS, 2);
    return graph.build();
  }

  /** Every head has a projection matrix of its own, as [heads, in, out]. */
  private static OnnxModel fourAxes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random).opset(23);
    int shared = 1 + random.nextInt(3);
    int heads = shared * (1 + random.nextInt(3)) + (shared == 1 ? 2 : 0);
    int size = 1 + random.nextInt(3);
    graph.input("x", 2, 1, STEPS, FEATURES);
    List<String> inputs = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      String weight = graph.weight("w" + part, part == 0 ? heads : shared, FEATURES, size);
      inputs.add(graph.node("MatMul", "x", weight));
    }
    List<String> outputs = List.of("y");
    if (random.nextBoolean()) {
      outputs = List.of("y", "key", "value");
      inputs.add("");
      inputs.add(graph.weight("past.key", 2, shared, 3, size));
      inputs.add(graph.weight("past.value", 2, shared, 3, size));
    }
    graph.nodes("Attention", inputs, outputs, Map.of());
    String each = graph.node("MatMul", "y", graph.weight("out", heads, size, 2));
    String sum = graph.node("ReduceSum", each, graph.ints("axis", 1));
    graph.output(sum, 2, 1, STEPS, 2);
    return graph.build();
  }

  private static Tensor int32(String name, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    int[] dims = values.length == 1 ? new int[0] : new int[] {values.length};
    return new Tensor(name, ElementType.INT32, dims, ByteString.copyFrom(bytes));
  }

  private static OnnxModel output(TestGraph graph, String y, int width) {
    graph.output(graph.dense(y, width, 2), -1, STEPS, 2);
    return graph.build();
  }
}
