package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Prepared;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PreparationTest {
  private static final Set<String> TRUTHS = Set.of("Equal", "Less", "Greater", "Not");

  @TestFactory
  Stream<DynamicTest> aPreparedModelComputesTheSameBitForBit() {
    return each(PreparationTest::computesTheSame);
  }

  @TestFactory
  Stream<DynamicTest> shapesAndIntegersAreThoseOfARun() {
    return each(PreparationTest::knowsWhatARunShows);
  }

  private interface Check {
    void of(OnnxModel model);
  }

  private static Stream<DynamicTest> each(Check check) {
    return ExporterHabits.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check.of(e.getValue())));
  }

  private static void computesTheSame(OnnxModel model) {
    OnnxModel prepared = Preparation.of(model, Map.of()).model();
    for (int free = 1; free <= 4; free++) {
      Map<String, Value> inputs = inputs(model, free, free);
      Map<String, Value> expected = run(model, inputs);
      Map<String, Value> actual = run(prepared, inputs);
      assertEquals(expected.keySet(), actual.keySet());
      expected.forEach(
          (name, value) -> {
            assertArrayEquals(value.shape(), actual.get(name).shape());
            assertArrayEquals(value.elements(), actual.get(name).elements());
          });
    }
  }

  private static void knowsWhatARunShows(OnnxModel model) {
    Prepared prepared = Preparation.of(model, Map.of());
    OnnxModel shown = everythingShown(prepared.model());
    for (int free = 1; free <= 3; free++) {
      Map<String, Value> values = run(shown, inputs(model, free, 1));
      for (Map.Entry<String, Value> entry : values.entrySet()) {
        long[] shape = prepared.shapes().get(entry.getKey());
        if (free == 1) {
          assertArrayEquals(entry.getValue().shape(), shape, entry.getKey());
        }
        long[] ints = prepared.ints().get(entry.getKey());
        for (int i = 0; ints != null && i < ints.length; i++) {
          if (ints[i] != Prepared.VARYING) {
            assertEquals(ints[i], (long) entry.getValue().elements()[i], entry.getKey());
          }
        }
      }
    }
  }

  private static OnnxModel everythingShown(OnnxModel model) {
    ModelProto.Builder shown = model.proto().toBuilder();
    Set<String> names = new LinkedHashSet<>();
    model.nodes().stream()
        .filter(node -> !TRUTHS.contains(node.operator()))
        .forEach(node -> names.addAll(node.outputs()));
    shown.getGraphBuilder().clearOutput();
    names.forEach(
        name -> shown.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(name)));
    return OnnxModel.of(shown.build());
  }

  private static Map<String, Value> inputs(OnnxModel model, int free, long seed) {
    Map<String, long[]> shapes = new LinkedHashMap<>(Inputs.shapes(model, free));
    return Inputs.random(model, shapes, new SplittableRandom(seed));
  }

  private static Map<String, Value> run(OnnxModel model, Map<String, Value> inputs) {
    try (Weights weights = new Weights();
        Session session = Session.unfolded(model, weights)) {
      return session.run(inputs);
    }
  }

  private static List<String> operators(String habit) {
    OnnxModel model = ExporterHabits.all().get(habit);
    return Preparation.of(model, Map.of()).model().nodes().stream().map(Node::operator).toList();
  }

  @Test
  void whereALiteralSaysItAllNoShapeArithmeticIsLeft() {
    assertEquals(List.of("Reshape", "Gemm", "Identity"), operators("view(x.size(0), -1)"));
    assertEquals(List.of("Reshape", "Identity"), operators("flatten by slice"));
    assertEquals(
        List.of("Reshape", "Transpose", "Reshape", "Identity"), operators("channel shuffle"));
    assertEquals(
        List.of("Slice", "Slice", "Sigmoid", "Mul", "Identity"), operators("half of the channels"));
  }

  @Test
  void entriesThatAFreeAxisDoesNotChangeAreLiteralAmongThoseThatItDoes() {
    Prepared prepared = Preparation.of(ExporterHabits.all().get("twice the size"), Map.of());

    Node resize = find(prepared, "Resize");
    String sizes = resize.inputs().get(3);
    Node where = prepared.model().producer(sizes).orElseThrow();

    assertEquals("Where", where.operator());
    assertArrayEquals(new long[] {Prepared.VARYING, 2, 6, 6}, prepared.ints().get(sizes));
    String literal = where.inputs().get(2);
    assertTrue(prepared.model().initializers().containsKey(literal));
    assertArrayEquals(new long[] {1, 2, 6, 6}, prepared.ints().get(literal));
  }

  private static Node find(Prepared prepared, String operator) {
    return prepared.model().nodes().stream()
        .filter(node -> node.operator().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anInputShapeTellsTheLengthOfAFreeAxis() {
    OnnxModel model = ExporterHabits.all().get("heads");

    Prepared prepared = Preparation.of(model, Map.of("x", new long[] {2, 5, 8}));

    assertArrayEquals(new long[] {2, 5, 8}, prepared.shapes().get("y"));
  }

  @Test
  void anInputShapeThatDoesNotFitIsNamed() {
    OnnxModel model = ExporterHabits.all().get("heads");

    assertRefused(model, Map.of("z", new long[] {1}), "\"z\"");
    assertRefused(model, Map.of("x", new long[] {1, 5}), "\"x\"");
    assertRefused(model, Map.of("x", new long[] {1, 5, 9}), "axis 2");
    assertRefused(model, Map.of("x", new long[] {1, 0, 8}), "axis 1");
  }

  private static void assertRefused(OnnxModel model, Map<String, long[]> shapes, String part) {
    OnnxException e = assertThrows(OnnxException.class, () -> Preparation.of(model, shapes));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void aModelThatWorksAtOneBatchSizeOnlyKeepsItsArithmetic() {
    OnnxModel model =
        new OnnxBuilder("one")
            .input("x", -1, 4)
            .initializer("w", new int[] {1, 3}, new float[3])
            .node("Shape", "/shape", List.of("x"), "s")
            .node("Reshape", "/reshape", List.of("x", "s"), "r")
            .node("Concat", "/concat", List.of("r", "w"), "y", Map.of("axis", 1))
            .output("y", -1, 7)
            .build();

    Prepared prepared = Preparation.of(model, Map.of());

    assertEquals(model.nodes().size(), prepared.model().nodes().size());
    assertFalse(prepared.ints().containsKey("s"));
    assertArrayEquals(new long[] {1, 7}, prepared.shapes().get("y"));
  }
}
