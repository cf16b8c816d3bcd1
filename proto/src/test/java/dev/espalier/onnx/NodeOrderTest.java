package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeOrderTest {
  private static OnnxBuilder builder() {
    return new OnnxBuilder("test").input("x", 1);
  }

  private static String problem(OnnxBuilder builder) {
    return assertThrows(OnnxException.class, builder::build).getMessage();
  }

  @Test
  void anOrderOfTheFileIsKept() {
    OnnxModel model =
        builder()
            .node("Relu", "a", List.of("x"), "a")
            .node("Relu", "b", List.of("x"), "b")
            .node("Add", "c", List.of("b", "a"), "c")
            .output("c", 1)
            .build();

    assertEquals(List.of("a", "b", "c"), model.nodes().stream().map(Node::name).toList());
  }

  @Test
  void shuffledNodesAreBroughtIntoAnOrder() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = 1 + random.nextInt(20);
      List<List<String>> inputs = new ArrayList<>();
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        inputs.add(List.of(i == 0 ? "x" : "v" + random.nextInt(i), "x"));
        order.add(random.nextInt(i + 1), i);
      }
      OnnxBuilder builder = builder();
      order.forEach(i -> builder.node("Add", "n" + i, inputs.get(i), "v" + i));

      OnnxModel model = builder.output("v" + (count - 1), 1).build();

      Set<String> made = new HashSet<>(Set.of("x"));
      for (Node node : model.nodes()) {
        assertTrue(made.containsAll(node.inputs()), "seed " + seed);
        made.addAll(node.outputs());
      }
      assertEquals(count, model.nodes().size(), "seed " + seed);
    }
  }

  @Test
  void cyclesAreNamed() {
    OnnxBuilder own = builder().node("Add", "self", List.of("x", "y"), "y").output("y", 1);
    OnnxBuilder two =
        builder()
            .node("Add", "first", List.of("x", "b"), "a")
            .node("Relu", "second", List.of("a"), "b")
            .output("b", 1);

    assertTrue(problem(own).contains("\"self\""));
    assertTrue(problem(two).contains("depends on its own output"));
  }

  @Test
  void aCycleIsNamedAndNotWhatComesBehindIt() {
    OnnxBuilder builder = builder().node("Relu", "behind", List.of("b0"), "y").output("y", 1);
    for (int i = 0; i < 8; i++) {
      builder.node("Relu", "r" + i, List.of("b" + (i + 1) % 8), "b" + i);
    }

    String problem = problem(builder);

    assertTrue(problem.startsWith("node 1 (Relu \"r0\"): depends on its own output"), problem);
    assertTrue(problem.endsWith("node 5 (Relu \"r4\") and 3 more"), problem);
  }

  @Test
  void aHundredThousandNodesAreNoMatter() {
    int count = 100_000;
    for (boolean reversed : new boolean[] {false, true}) {
      OnnxBuilder builder = new OnnxBuilder("long").input("v0", 1).output("v" + count, 1);
      for (int i = 0; i < count; i++) {
        int at = reversed ? count - 1 - i : i;
        builder.node("Relu", "", List.of("v" + at), "v" + (at + 1));
      }

      List<Node> nodes = assertTimeout(Duration.ofSeconds(20), () -> builder.build().nodes());

      for (int i = 0; i < count; i++) {
        assertEquals("v" + (i + 1), nodes.get(i).output());
      }
    }
  }

  @Test
  void valuesThatAreNeverMadeAreNamed() {
    assertTrue(
        problem(builder().node("Relu", "r", List.of("gone"), "y").output("y", 1))
            .contains("\"gone\" is never made"));
    assertTrue(problem(builder().output("gone", 1)).contains("\"gone\""));
  }

  @Test
  void valuesThatAreMadeTwiceAreNamed() {
    assertTrue(
        problem(
                builder()
                    .node("Relu", "r", List.of("x"), "y")
                    .node("Tanh", "t", List.of("x"), "y")
                    .output("y", 1))
            .contains("\"y\" is made twice"));
    assertTrue(
        problem(builder().node("Split", "s", List.of("x"), List.of("y", "y"), Map.of()))
            .contains("made twice"));
    assertTrue(problem(builder().node("Relu", "r", List.of("x"), "x")).contains("made twice"));
  }

  @Test
  void omittedInputsAndOutputsAreNoValues() {
    OnnxModel model =
        builder()
            .node("Clip", "c", List.of("x", "", ""), List.of("y", "", ""), Map.of())
            .output("y", 1)
            .build();

    assertTrue(model.nodes().getFirst().input(1).isEmpty());
    assertTrue(model.consumers("").isEmpty());
  }
}
