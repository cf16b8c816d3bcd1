package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.OperatorRule.Use;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitializerUsesTest {
  private static final int[] TWO = {2};

  @Test
  void weightsAreTrainedAndLiteralsAreNot() {
    OnnxModel model =
        base()
            .initializer("weight", TWO, new float[2])
            .initializer("scalar", new int[0], new float[1])
            .initializer("unread", TWO, new float[2])
            .initializer(Tensor.of("shape", TWO, new long[] {-1, 2}))
            .node("Constant", "c", List.of(), "c", Map.of("value_floats", new float[] {1, 2}))
            .node("Mul", "m", List.of("x", "weight"), "a")
            .node("Mul", "n", List.of("a", "scalar"), "b")
            .node("Add", "o", List.of("b", "c"), "d")
            .node("Reshape", "r", List.of("d", "shape"), "y")
            .build();

    assertEquals(
        Map.of(
            "weight", Use.TRAINED,
            "scalar", Use.FIXED,
            "unread", Use.FIXED,
            "shape", Use.FIXED,
            "c", Use.FIXED),
        uses(model));
  }

  @Test
  void statisticsKeepTheirUseThroughIdentityAndAWeightWinsOverIt() {
    OnnxModel model =
        base()
            .initializer("scale", TWO, new float[2])
            .initializer("both", TWO, new float[2])
            .initializer("mean", TWO, new float[2])
            .node("Identity", "i", List.of("mean"), "same")
            .node("Identity", "j", List.of("same"), "again")
            .node("BatchNormalization", "n", List.of("x", "scale", "both", "again", "both"), "y")
            .build();

    assertEquals(
        Map.of("scale", Use.TRAINED, "both", Use.TRAINED, "mean", Use.STATISTICS), uses(model));
  }

  @Test
  void boundsAreFixed() {
    OnnxModel model =
        base()
            .initializer("low", new int[] {1}, new float[1])
            .node("Clip", "c", List.of("x", "low"), "y")
            .build();

    assertEquals(Map.of("low", Use.FIXED), uses(model));
  }

  @Test
  void weightsOfOtherTypesAreDeclined() {
    OnnxModel model =
        base()
            .initializer(
                new Tensor("w", ElementType.DOUBLE, TWO, ByteString.copyFrom(new byte[16])))
            .node("Cast", "c", List.of("w"), "half", Map.of("to", 1L))
            .node("Mul", "m", List.of("x", "half"), "y")
            .build();

    OnnxException e = assertThrows(OnnxException.class, () -> uses(model));

    assertTrue(e.getMessage().contains("\"w\"") && e.getMessage().contains("DOUBLE"));
  }

  @Test
  void subGraphsAreDeclined() {
    OnnxBuilder branch = new OnnxBuilder("branch").node("Neg", "n", List.of("x"), "out");
    OnnxModel model =
        base()
            .initializer(
                new Tensor("yes", ElementType.BOOL, new int[0], ByteString.copyFrom(new byte[1])))
            .node(
                "If",
                "choice",
                List.of("yes"),
                "y",
                Map.of("then_branch", branch.graph(), "else_branch", branch.graph()))
            .build();

    OnnxException e = assertThrows(OnnxException.class, () -> OperatorRules.check(model));

    assertTrue(e.getMessage().contains("sub-graph"), e.getMessage());
    assertTrue(e.getMessage().contains("choice"), e.getMessage());
  }

  private static OnnxBuilder base() {
    return new OnnxBuilder("uses").input("x", -1, 2).output("y", -1, 2);
  }

  private static Map<String, Use> uses(OnnxModel model) {
    return InitializerUses.of(model, model.withConstantsLifted());
  }
}
