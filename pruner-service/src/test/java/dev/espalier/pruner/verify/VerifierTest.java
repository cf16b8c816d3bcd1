package dev.espalier.pruner.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.Approximation;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.runtime.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private final Traced traced = new Pruner().analyze(Networks.autoencoder(6, 8, 5, 3));
  private final OnnxModel model = traced.model();
  private final PruningPlan plan =
      PruningPlan.of(model, traced.graph(), new int[][] {{1, 4}, {0, 2}});
  private final Survivors survivors = new Survivors(traced, plan.removed());
  private final OnnxModel twin = MaskedTwin.of(traced, survivors);
  private final KeptIndices kept = KeptIndices.of(traced, survivors);

  @Test
  void theTwinHasTheOriginalsWeights() {
    model
        .initializers()
        .forEach(
            (name, tensor) -> assertEquals(tensor.bytes(), twin.initializers().get(name).bytes()));
    assertEquals(model.nodes().size() + 2, twin.nodes().size());
  }

  @Test
  void aRightCutAgrees() {
    Verification verification = compare(cut(kept), twin);

    assertTrue(verification.exact());
    assertFalse(verification.wrong(), verification.toString());
  }

  @Test
  void aCutOfOtherIndicesShowsWhicheverAxisIsOff() {
    kept.byInitializer()
        .forEach(
            (name, axes) ->
                axes.forEach(
                    (axis, indices) -> {
                      int[] off = indices.clone();
                      off[0] = off[0] == 0 ? 1 : 0;
                      OnnxModel wrong = cut(with(name, axis, off));
                      assertTrue(compare(wrong, twin).wrong(), name + " axis " + axis);
                    }));
  }

  @Test
  void aCutThatMissesAnAxisDoesNotRun() {
    KeptIndices partial =
        new KeptIndices(Map.of("encoder.0.weight", kept.byInitializer().get("encoder.0.weight")));
    OnnxModel wrong = cut(partial);

    assertThrows(VerificationException.class, () -> compare(wrong, twin));
  }

  @Test
  void outputsThatAreNotFiniteAreAnError() {
    OnnxModel spoilt =
        model.withInitializers(
            List.of(
                Tensor.of(
                    "decoder.0.bias",
                    new int[] {6},
                    new float[] {1, Float.POSITIVE_INFINITY, 0, 0, 0, 0})));

    VerificationException e =
        assertThrows(VerificationException.class, () -> compare(spoilt, spoilt));

    assertTrue(e.getMessage().contains("\"y\" is not finite"), e.getMessage());
  }

  @Test
  void otherOutputShapesAreAnError() {
    OnnxModel wider = Networks.autoencoder(7, 8, 5, 3);

    assertThrows(VerificationException.class, () -> compare(wider, twin));
  }

  @Test
  void doublePrecisionModelsAreCutAsWell() {
    OnnxModel wide = inDoublePrecision(model);
    Traced again = new Pruner().analyze(wide);
    Verification verification = verify(again, plan);

    assertTrue(verification.maxRelative() < 1e-12, verification.toString());
  }

  @Test
  void aModelOfTwoPrecisionsIsCutAsWell() {
    OnnxBuilder builder = new OnnxBuilder("mixed").input("x", -1, 4);
    for (String part : List.of("a", "b")) {
      builder.initializer(
          part + ".0", new int[] {4, 6}, Networks.floats(24, new SplittableRandom(1)));
      builder.initializer(
          part + ".1", new int[] {6, 4}, Networks.floats(24, new SplittableRandom(2)));
    }
    OnnxModel single =
        builder
            .node("MatMul", "/a/0", List.of("x", "a.0"), "a0")
            .node("MatMul", "/a/1", List.of("a0", "a.1"), "a1")
            .node("Cast", "/cast", List.of("a1"), "wide", Map.of("to", 11))
            .node("MatMul", "/b/0", List.of("wide", "b.0"), "b0")
            .node("MatMul", "/b/1", List.of("b0", "b.1"), "y")
            .output("y", -1, 4)
            .build();
    OnnxModel mixed = inDoublePrecision(single, "b.");
    Traced again = new Pruner().analyze(mixed);
    PruningPlan both = PruningPlan.of(mixed, again.graph(), new int[][] {{1}, {3}, {0, 2}});
    Verification verification = verify(again, both);

    assertFalse(verification.wrong(), verification.toString());
  }

  @Test
  void nodesThatPreparationTakesAwayStayInTheTwin() {
    OnnxModel constant =
        new OnnxBuilder("constant")
            .input("x", -1, 4)
            .initializer("a", new int[] {4, 6}, Networks.floats(24, new SplittableRandom(1)))
            .initializer("b", new int[] {6, 2}, Networks.floats(12, new SplittableRandom(2)))
            .node("Constant", "two", List.of(), "two", Map.of("value_float", 2f))
            .node("MatMul", "/a", List.of("x", "a"), "h")
            .node("Mul", "/mul", List.of("h", "two"), "g")
            .node("MatMul", "/b", List.of("g", "b"), "y")
            .output("y", -1, 2)
            .build();
    Traced again = new Pruner().analyze(constant);
    PruningPlan some = PruningPlan.of(again.model(), again.graph(), new int[][] {{1, 4}});

    assertFalse(verify(again, some).wrong());
  }

  private OnnxModel cut(KeptIndices indices) {
    return Cut.apply(traced, survivors, indices, Map.of());
  }

  private static Verification compare(OnnxModel pruned, OnnxModel twin) {
    return Verifier.compare(
        pruned, twin, new Weights(), List.of(), new Trials(Trials.MOST_INPUTS, Map.of(), 1));
  }

  private static Verification verify(Traced traced, PruningPlan plan) {
    Survivors survivors = new Survivors(traced, plan.removed());
    return compare(Cut.apply(traced, survivors, Map.of()), MaskedTwin.of(traced, survivors));
  }

  @Test
  void latencyIsTheMedianOfTheClock() {
    AtomicLong clock = new AtomicLong();

    try (Latency latency = Latency.loading(model, new Weights(), Map.of())) {
      assertEquals(2.0, latency.milliseconds(() -> clock.addAndGet(2_000_000)));
    }
  }

  @Test
  void aVerificationChecksItself() {
    List<Approximation> places =
        List.of(new Approximation("/norm", "LayerNormalization", "normalises", new int[1]));
    assertThrows(
        IllegalArgumentException.class, () -> new Verification(Double.NaN, 0, List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> new Verification(0, 0, places, 0));
    assertTrue(new Verification(0, 0, List.of(), 1).exact());
    Verification approximate = new Verification(1, 1, places, 1);
    assertFalse(approximate.exact());
    assertTrue(approximate.wrong());
    assertEquals("LayerNormalization \"/norm\" normalises", approximate.approximateBecause());
  }

  private KeptIndices with(String name, int axis, int[] indices) {
    Map<String, Map<Integer, int[]>> changed = new LinkedHashMap<>(kept.byInitializer());
    Map<Integer, int[]> axes = new LinkedHashMap<>(changed.get(name));
    axes.put(axis, indices);
    changed.put(name, axes);
    return new KeptIndices(changed);
  }

  private static OnnxModel inDoublePrecision(OnnxModel model) {
    var proto = inDoublePrecision(model, "").proto().toBuilder();
    var graph = proto.getGraphBuilder();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(11);
    return OnnxModel.of(proto.build());
  }

  /** The weights whose names begin so, and the output. */
  private static OnnxModel inDoublePrecision(OnnxModel model, String prefix) {
    var proto = model.proto().toBuilder();
    var graph = proto.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      Tensor tensor = Tensor.of(graph.getInitializer(i));
      if (!tensor.name().startsWith(prefix)) {
        continue;
      }
      ByteBuffer bytes =
          ByteBuffer.allocate(8 * (int) tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : tensor.floats()) {
        bytes.putDouble(value);
      }
      graph.setInitializer(
          i,
          new Tensor(
                  tensor.name(),
                  ElementType.DOUBLE,
                  tensor.dims(),
                  com.google.protobuf.ByteString.copyFrom(bytes.flip()))
              .toProto());
    }
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(11);
    return OnnxModel.of(proto.build());
  }
}
