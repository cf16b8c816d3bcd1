package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.optimise.AdamSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnerTest {
  @Test
  void aModelWithoutWeightsIsDeclined() {
    OnnxModel model =
        new OnnxBuilder("empty")
            .input("x", -1, 2)
            .output("y", -1, 2)
            .node("Relu", "relu", List.of("x"), "y")
            .build();

    InvalidInput e =
        assertThrows(InvalidInput.class, () -> new Learner(model, AdamSettings.of(1e-3)));

    assertEquals("model", e.field());
  }
}
