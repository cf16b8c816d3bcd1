package dev.espalier.trainer.network;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * DJL wraps a Java number as an array over Java's memory and drops it at once; what autograd keeps
 * of it for the way back is then gone with the next collection. No rule may hand numbers to the
 * functions of which autograd keeps the second operand.
 */
@AnalyzeClasses(
    packages = "dev.espalier.trainer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class BorrowedNumbersTest {
  @ArchTest
  static final ArchRule NUMBERS_ARE_THE_ENGINES_OWN =
      noClasses()
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class)
          .orShould()
          .callMethod(NDArray.class, "pow", Number.class)
          .orShould()
          .callMethod(NDArray.class, "mod", Number.class)
          .orShould()
          .callMethod(NDArray.class, "maximum", Number.class)
          .orShould()
          .callMethod(NDArray.class, "minimum", Number.class)
          .orShould()
          .callMethod(NDArray.class, "clip", Number.class, Number.class)
          .orShould()
          .callMethod(JniUtils.class, "clip", PtNDArray.class, Number.class, Number.class);

  /** The gradient of {@code y = 1.25 x w} after a collection that frees what nobody holds. */
  @Test
  void gradientSurvivesACollection() {
    OnnxModel model =
        new OnnxBuilder("scaled")
            .input("x", 1, 1)
            .initializer("w", new int[] {1, 1}, new float[] {3})
            .node("Gemm", "g", List.of("x", "w"), "y", Map.of("alpha", 1.25f))
            .output("y", 1, 1)
            .build();
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x = manager.create(new float[] {2}, new Shape(1, 1));
      Torch.recordGradients(true);
      NDArray y = network.forward(x).sum();
      for (int i = 0; i < 3; i++) {
        System.gc();
        ByteBuffer.allocateDirect(8);
      }
      Torch.backward(y);
      Torch.recordGradients(false);

      assertEquals(2.5f, network.parameterArrays().get("w").getGradient().getFloat(0, 0));
    }
  }
}
