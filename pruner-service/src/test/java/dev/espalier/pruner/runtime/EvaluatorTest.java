package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** ONNX Runtime says what every operator makes. */
class EvaluatorTest {
  private final SplittableRandom random = new SplittableRandom(7);

  private Content ints(int... dims) {
    long[] values = random.longs(Moves.size(dims), -40, 40).map(v -> v == 0 ? 3 : v).toArray();
    return new Content(ElementType.INT64, dims, values, null);
  }

  private Content int32s(int... dims) {
    return new Content(ElementType.INT32, dims, ints(dims).longs(), null);
  }

  private Content floats(int... dims) {
    double[] values = random.doubles(Moves.size(dims), 0.1, 50).map(v -> (float) v).toArray();
    return new Content(ElementType.FLOAT, dims, null, values);
  }

  private static Content list(long... values) {
    return Content.of(new int[] {values.length}, values);
  }

  private static Content scalar(long value) {
    return Content.of(new int[0], value);
  }

  private static Content truth(long... values) {
    return new Content(ElementType.BOOL, new int[] {values.length}, values, null);
  }

  private static Node node(String operator, int inputs, Map<String, Object> attributes) {
    OnnxBuilder builder = new OnnxBuilder("one").input("i0", 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      names.add("i" + i);
      if (i > 0) {
        builder.input("i" + i, 1);
      }
    }
    return builder.node(operator, "/n", names, "y", attributes).build().nodes().getFirst();
  }

  private static Content runtime(Node node, List<Content> inputs) {
    ModelProto shell = new OnnxBuilder("shell").input("x", 1).build().proto();
    Wave wave = new Wave(shell.toBuilder().clearGraph().build());
    for (int i = 0; i < inputs.size(); i++) {
      wave.constant("i" + i, inputs.get(i).toProto("i" + i));
    }
    wave.add(node);
    return wave.run().get("y");
  }

  private static void check(String operator, Map<String, Object> attributes, Content... inputs) {
    Node node = node(operator, inputs.length, attributes);
    Optional<Content> made = Evaluator.evaluate(node, Arrays.asList(inputs));
    assertTrue(made.isPresent(), operator);
    Content expected = runtime(node, List.of(inputs));
    assertEquals(expected.type(), made.get().type(), operator);
    assertArrayEquals(expected.dims(), made.get().dims(), operator);
    assertArrayEquals(expected.longs(), made.get().longs(), operator);
    assertArrayEquals(expected.reals(), made.get().reals(), operator);
  }

  @TestFactory
  Stream<DynamicTest> arithmetic() {
    return Stream.of("Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Equal", "Less", "Greater")
        .map(
            operator ->
                DynamicTest.dynamicTest(
                    operator,
                    () -> {
                      check(operator, Map.of(), ints(3, 1, 4), ints(2, 1));
                      check(operator, Map.of(), int32s(5), int32s());
                      if (!List.of("Mod", "Min", "Max").contains(operator)) {
                        check(operator, Map.of(), floats(4, 3), floats(3));
                      }
                    }));
  }

  @Test
  void oneOperand() {
    for (String operator : List.of("Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt")) {
      check(operator, Map.of(), floats(9));
    }
    check("Neg", Map.of(), ints(2, 3));
    check("Abs", Map.of(), ints(2, 3));
    check("Not", Map.of(), truth(1, 0, 1));
    check("And", Map.of(), truth(1, 0, 1, 0), truth(1, 1, 0, 0));
    check("Or", Map.of(), truth(1, 0, 1, 0), truth(1, 1, 0, 0));
    for (int to : new int[] {1, 6, 7, 9, 11}) {
      check("Cast", Map.of("to", to), ints(6));
      check("Cast", Map.of("to", to), floats(6));
    }
  }

  @Test
  void movesOfElements() {
    check("Identity", Map.of(), ints(2));
    check("Gather", Map.of("axis", 1), ints(3, 4, 2), Content.of(new int[] {2, 2}, 1, -1, 0, 3));
    check("Gather", Map.of(), list(5, 6, 7), scalar(-2));
    check("Concat", Map.of("axis", -1), ints(2, 3), ints(2, 1), ints(2, 2));
    check("Transpose", Map.of("perm", new long[] {2, 0, 1}), ints(2, 3, 4));
    check("Transpose", Map.of(), floats(2, 3));
    check("Unsqueeze", Map.of(), ints(3), list(0, -1));
    check("Squeeze", Map.of(), ints(1, 3, 1), list(-1));
    check("Squeeze", Map.of(), ints(1, 3, 1));
    check("Reshape", Map.of(), ints(2, 6), list(0, -1, 3));
    check("Expand", Map.of(), ints(3, 1), list(2, 1, 4));
    check("Where", Map.of(), truth(1, 0, 1), ints(2, 3), ints());
    check("Range", Map.of(), scalar(3), scalar(20), scalar(4));
    check("Range", Map.of(), scalar(3), scalar(-9), scalar(-4));
    check("Range", Map.of(), scalar(3), scalar(1), scalar(4));
    check("ConstantOfShape", Map.of(), list(2, 0, 3));
    check("ConstantOfShape", Map.of(), list(2, 3));
  }

  @Test
  void slicesForwardsAndBackwards() {
    for (int i = 0; i < 200; i++) {
      long[] bounds =
          LongStream.generate(() -> random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextInt(-9, 9))
              .limit(4)
              .toArray();
      long step = random.nextBoolean() ? random.nextInt(1, 4) : -random.nextInt(1, 4);
      check(
          "Slice",
          Map.of(),
          ints(5, 3),
          list(bounds[0], bounds[1]),
          list(step < 0 && i % 3 == 0 ? Long.MIN_VALUE + 9 : bounds[2], bounds[3]),
          list(0, -1),
          list(step, 1));
    }
  }

  @Test
  void whatIsUndefinedOrLargeIsLeft() {
    List<Content> byZero = List.of(list(1), list(0));
    assertTrue(Evaluator.evaluate(node("Div", 2, Map.of()), byZero).isEmpty());
    assertTrue(Evaluator.evaluate(node("Mod", 2, Map.of()), byZero).isEmpty());
    List<Content> outside = List.of(list(1), scalar(5));
    assertTrue(Evaluator.evaluate(node("Gather", 2, Map.of()), outside).isEmpty());
    List<Content> huge = List.of(list(1L << 40, 2));
    assertTrue(Evaluator.evaluate(node("ConstantOfShape", 1, Map.of()), huge).isEmpty());
    List<Content> endless = List.of(scalar(0), scalar(Long.MAX_VALUE), scalar(1));
    assertTrue(Evaluator.evaluate(node("Range", 3, Map.of()), endless).isEmpty());
    List<Content> wide = List.of(list(1), list(1L << 20, 1L << 20));
    assertTrue(Evaluator.evaluate(node("Expand", 2, Map.of()), wide).isEmpty());
  }

  @Test
  void whatWouldBeLargeIsNotMadeFirst() {
    List<Content> parts = Collections.nCopies(40_000, zeros(1 << 16));
    assertTrue(Evaluator.evaluate(node("Concat", 40_000, Map.of("axis", 0)), parts).isEmpty());
    List<Content> crossed = List.of(zeros(1 << 16, 1), zeros(1, 1 << 16));
    assertTrue(Evaluator.evaluate(node("Mul", 2, Map.of()), crossed).isEmpty());
    List<Content> picked = List.of(zeros(1, 1 << 16), zeros(1 << 16));
    assertTrue(Evaluator.evaluate(node("Gather", 2, Map.of()), picked).isEmpty());
  }

  @Test
  void axesThatAreMissingOrLongAreLeft() {
    assertTrue(Evaluator.evaluate(node("Unsqueeze", 1, Map.of()), List.of(list(1, 2))).isEmpty());
    List<Content> longAxis = List.of(list(1, 2), list(0));
    assertTrue(Evaluator.evaluate(node("Squeeze", 2, Map.of()), longAxis).isEmpty());
  }

  private static Content zeros(int... dims) {
    return Content.of(dims, new long[Moves.size(dims)]);
  }
}
