package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueSizesTest {
  @Test
  void whatDoesNotFitOrIsTooLargeIsNamed() {
    OnnxModel model =
        new OnnxBuilder("m")
            .input("x", -1, 3)
            .initializer("w", new int[] {3, 1024}, new float[3 * 1024])
            .node("MatMul", "grow", List.of("x", "w"), "y")
            .output("y", -1, 1024)
            .build();
    long most = ValueSizes.MOST / 1024;

    ValueSizes.check(model, 64, 3);
    assertNamed(model, "more than", most + 1, 3);
    assertNamed(model, "do not fit", 8, 4);
  }

  private static void assertNamed(OnnxModel model, String found, long... input) {
    OnnxException e = assertThrows(OnnxException.class, () -> ValueSizes.check(model, input));
    assertTrue(e.getMessage().contains("grow"), e.getMessage());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }
}
