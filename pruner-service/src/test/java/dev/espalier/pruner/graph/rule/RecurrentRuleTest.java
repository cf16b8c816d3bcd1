package dev.espalier.pruner.graph.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import dev.espalier.pruner.graph.AxisTracer;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Prepared;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecurrentRuleTest {
  private static final Map<String, Integer> GATES = Map.of("LSTM", 4, "GRU", 3, "RNN", 1);

  @Test
  void randomLayersAreCutExactly() {
    int cut = 0;
    for (long seed = 0; seed < 240; seed++) {
      OnnxModel model = network(seed);
      Cuts.exact(model, seed);
      cut += new Pruner().analyze(model).graph().groups().size();
    }
    assertTrue(cut >= 480, cut + " groups");
  }

  @Test
  void eachGroupAlone() {
    for (long seed = 1000; seed < 1040; seed++) {
      Cuts.eachGroup(network(seed), seed);
    }
  }

  @Test
  void aHiddenUnitGoesFromEveryGate() {
    TestGraph graph = new TestGraph(new SplittableRandom(1));
    String x = graph.node("Tanh", graph.dense(graph.input("x", 5, -1, 3), 3, 4));
    graph.weight("w", 2, 24, 4);
    graph.weight("r", 2, 24, 6);
    graph.weight("b", 2, 48);
    graph.weight("p", 2, 18);
    graph.weight("h", 2, 1, 6);
    List<String> inputs = List.of(x, "w", "r", "b", "", "h", "", "p");
    Map<String, Object> how = Map.of("hidden_size", 6, "direction", "bidirectional");
    graph.nodes("LSTM", inputs, List.of("y"), how);
    graph.output(graph.dense("y", 6, 2), 5, 2, -1, 2);

    DependencyGraph traced = graphOf(graph);

    Group hidden =
        traced.groups().stream().filter(group -> group.units() == 6).findFirst().orElseThrow();
    Map<String, int[]> indices = new HashMap<>();
    for (Slice slice : Units.slices(hidden, 2)) {
      indices.put(slice.initializer() + slice.axis(), slice.index());
    }
    assertEquals(7, indices.size(), indices.keySet().toString());
    assertArrayEquals(new int[] {2, 8, 14, 20}, indices.get("w1"));
    assertArrayEquals(new int[] {2, 8, 14, 20}, indices.get("r1"));
    assertArrayEquals(new int[] {2}, indices.get("r2"));
    assertArrayEquals(new int[] {2, 8, 14, 20, 26, 32, 38, 44}, indices.get("b1"));
    assertArrayEquals(new int[] {2, 8, 14}, indices.get("p1"));
    assertArrayEquals(new int[] {2}, indices.get("h2"));
    assertEquals(2, traced.groups().size());
    assertEquals(5 * 3 * 4 + 5 * 2 * 24 * (4 + 6) + 5 * 2 * 6 * 2, traced.macs());
  }

  /** ONNX Runtime runs layers with the batch first on no processor, so shapes are given here. */
  @Test
  void batchFirst() {
    TestGraph graph = new TestGraph(new SplittableRandom(1));
    graph.input("x", 1, 5, 3);
    graph.weight("w", 2, 18, 3);
    graph.weight("r", 2, 18, 6);
    graph.nodes(
        "GRU",
        List.of("x", "w", "r"),
        List.of("y", "y_h"),
        Map.of("hidden_size", 6, "direction", "bidirectional", "layout", 1));
    graph.weight("v", 6, 2);
    graph.nodes("MatMul", List.of("y", "v"), List.of("z"), Map.of());
    graph.output("z", 1, 5, 2, 2);
    OnnxModel model = graph.build();
    Map<String, long[]> shapes = new HashMap<>();
    model.initializers().forEach((name, t) -> shapes.put(name, longs(t.dims())));
    shapes.put("x", new long[] {1, 5, 3});
    shapes.put("y", new long[] {1, 5, 2, 6});
    shapes.put("y_h", new long[] {1, 2, 6});
    shapes.put("z", new long[] {1, 5, 2, 2});

    Traced traced =
        AxisTracer.trace(new Prepared(model, model, shapes, Map.of()), StandardRules.ALL);

    assertEquals(1, traced.graph().groups().size());
    assertEquals(6, traced.graph().groups().getFirst().units());
    assertEquals(5 * 2 * 18 * (3 + 6) + 5 * 2 * 6 * 2, traced.graph().macs());
  }

  @Test
  void aStateThatIsFedKeepsItsSize() {
    TestGraph graph = new TestGraph(new SplittableRandom(1));
    graph.input("x", 5, -1, 3);
    graph.input("h", 1, -1, 6);
    graph.weight("w", 1, 6, 3);
    graph.weight("r", 1, 6, 6);
    graph.nodes("RNN", List.of("x", "w", "r", "", "", "h"), List.of("y"), Map.of("hidden_size", 6));
    graph.output(graph.dense("y", 6, 2), 5, 1, -1, 2);

    assertTrue(graphOf(graph).groups().isEmpty());
  }

  private static DependencyGraph graphOf(TestGraph graph) {
    return new Pruner().analyze(graph.build()).graph();
  }

  private static long[] longs(int[] dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }

  /** One or two layers: the second reads the first one's states, one a direction, as its steps. */
  private static OnnxModel network(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TestGraph graph = new TestGraph(random).opset(random.nextBoolean() ? 17 : 11);
    int batch = random.nextBoolean() ? -1 : 2;
    int width = 2 + random.nextInt(5);
    String x = graph.node("Tanh", graph.dense(graph.input("x", 4, batch, 3), 3, width));
    Layer first = new Layer(graph, random, width, batch);
    List<String> made = first.add(x, "first");
    String state = made.get(1 + random.nextInt(made.size() - 1));
    int directions = first.directions;
    if (random.nextBoolean()) {
      graph.output(graph.dense(made.getFirst(), first.hidden, 2), 4, directions, batch, 2);
    }
    if (random.nextBoolean()) {
      Layer second = new Layer(graph, random, first.hidden, batch);
      String last = graph.dense(second.add(state, "second").getFirst(), second.hidden, 3);
      graph.output(last, directions, second.directions, batch, 3);
    } else {
      graph.output(graph.dense(state, first.hidden, 3), directions, batch, 3);
    }
    return graph.build();
  }

  private static final class Layer {
    private static final List<String> ACTIVATIONS = List.of("Tanh", "Sigmoid", "Softsign", "Relu");

    private final TestGraph graph;
    private final SplittableRandom random;
    private final int features;
    private final int batch;
    private final int hidden;
    private final int directions;

    Layer(TestGraph graph, SplittableRandom random, int features, int batch) {
      this.graph = graph;
      this.random = random;
      this.features = features;
      this.batch = batch;
      hidden = 2 + random.nextInt(7);
      directions = 1 + random.nextInt(2);
    }

    List<String> add(String x, String name) {
      String operator = List.of("LSTM", "GRU", "RNN").get(random.nextInt(3));
      int gates = GATES.get(operator) * hidden;
      List<String> inputs = new ArrayList<>();
      inputs.add(x);
      inputs.add(graph.weight(name + ".w", directions, gates, features));
      inputs.add(graph.weight(name + ".r", directions, gates, hidden));
      inputs.add(random.nextBoolean() ? graph.weight(name + ".b", directions, 2 * gates) : "");
      inputs.add("");
      inputs.add(state(name + ".h"));
      List<String> outputs = new ArrayList<>(List.of(name + ".y", name + ".y_h"));
      Map<String, Object> how = new LinkedHashMap<>();
      if (operator.equals("LSTM")) {
        inputs.add(state(name + ".c"));
        inputs.add(random.nextBoolean() ? graph.weight(name + ".p", directions, 3 * hidden) : "");
        outputs.add(name + ".y_c");
        how.put("input_forget", random.nextInt(2));
      }
      if (operator.equals("GRU")) {
        how.put("linear_before_reset", random.nextInt(2));
      }
      how.put("hidden_size", hidden);
      how.put("direction", direction());
      if (random.nextInt(3) == 0) {
        how.put("clip", 0.9f);
      }
      if (random.nextInt(3) == 0) {
        how.put("activations", activations(operator));
      }
      while (inputs.getLast().isEmpty()) {
        inputs.removeLast();
      }
      return graph.nodes(operator, inputs, outputs, how);
    }

    private String direction() {
      return directions == 2 ? "bidirectional" : random.nextBoolean() ? "forward" : "reverse";
    }

    private String[] activations(String operator) {
      int each = Map.of("LSTM", 3, "GRU", 2, "RNN", 1).get(operator);
      String[] names = new String[each * directions];
      for (int i = 0; i < names.length; i++) {
        names[i] = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
      }
      return names;
    }

    /** An initial state fits one batch size alone. */
    private String state(String name) {
      boolean given = batch > 0 && random.nextBoolean();
      return given ? graph.weight(name, directions, batch, hidden) : "";
    }
  }
}
