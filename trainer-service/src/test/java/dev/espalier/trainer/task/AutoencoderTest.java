package dev.espalier.trainer.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.InvalidInput;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoencoderTest {
  @Test
  void graphIsNamedAsPyTorchNamesIt() {
    OnnxModel model = new Autoencoder(32).freshModel(1);

    assertEquals(
        List.of(
            "encoder.0.weight",
            "encoder.0.bias",
            "encoder.2.weight",
            "encoder.2.bias",
            "encoder.4.weight",
            "encoder.4.bias",
            "decoder.0.weight",
            "decoder.0.bias",
            "decoder.2.weight",
            "decoder.2.bias",
            "decoder.4.weight",
            "decoder.4.bias"),
        List.copyOf(model.initializers().keySet()));
    assertEquals(
        List.of(
            "/encoder/0/Gemm",
            "/encoder/1/Relu",
            "/encoder/2/Gemm",
            "/encoder/3/Relu",
            "/encoder/4/Gemm",
            "/decoder/0/Gemm",
            "/decoder/1/Relu",
            "/decoder/2/Gemm",
            "/decoder/3/Relu",
            "/decoder/4/Gemm"),
        model.nodes().stream().map(Node::name).toList());
    assertArrayEquals(new int[] {32, 256}, model.initializers().get("encoder.4.weight").dims());
    assertEquals("autoencoder", model.metadata().get("espalier.task"));
    assertEquals("reconstruction", model.outputs().getFirst().getName());
  }

  @Test
  void weightsAreUniformWithinTheRootOfTheFanIn() {
    OnnxModel model = new Autoencoder(64).freshModel(3);
    for (Tensor tensor : model.initializers().values()) {
      Tensor weight = model.initializers().get(tensor.name().replace(".bias", ".weight"));
      double bound = 1 / Math.sqrt(weight.dims()[1]);
      double square = 0;
      for (float value : tensor.floats()) {
        assertTrue(Math.abs(value) <= bound, tensor.name());
        square += value * value;
      }
      double variance = square / tensor.size();
      assertEquals(bound * bound / 3, variance, 0.25 * bound * bound / 3, tensor.name());
    }
  }

  @Test
  void sameSeedSameModel() {
    assertEquals(
        new Autoencoder(16).freshModel(4).digest(), new Autoencoder(16).freshModel(4).digest());
  }

  @Test
  void modelsThatDoNotFitAreDeclined() {
    assertDeclined(new OnnxBuilder("m").input("x", -1, 100).output("x", -1, 784), "input x");
    assertDeclined(new OnnxBuilder("m").input("x", -1, 784).output("x", -1, 784, 1), "784]");
    assertDeclined(
        new OnnxBuilder("m").input("x", -1, 784).input("z", 1).output("x", -1, 784), "2 inputs");
    assertDeclined(
        new OnnxBuilder("m")
            .input("x", -1, 784)
            .node("Frobnicate", "odd", List.of("x"), "y")
            .output("y", -1, 784),
        "Frobnicate");
  }

  @Test
  void whatAFreshModelMakesIsNotTooLarge() {
    new Autoencoder(8).check(new Autoencoder(4096).freshModel(1), 4096);
  }

  @Test
  void smallModelThatMakesHugeValuesIsDeclined() {
    OnnxBuilder small =
        new OnnxBuilder("m")
            .input("x", -1, 784)
            .output("y", -1, 784)
            .initializer("tall", new int[] {60_000, 1}, new float[60_000])
            .initializer("wide", new int[] {1, 60_000}, new float[60_000])
            .initializer("narrow", new int[] {60_000, 784}, new float[60_000 * 784])
            .node("Add", "outer", List.of("tall", "wide"), "huge")
            .node("MatMul", "inner", List.of("huge", "narrow"), "large")
            .node("Add", "last", List.of("x", "large"), "y");

    assertDeclined(small, "outer");
  }

  @Test
  void latentIsBounded() {
    assertThrows(InvalidInput.class, () -> new Autoencoder(0));
    assertThrows(InvalidInput.class, () -> new Autoencoder(4097));
  }

  private static void assertDeclined(OnnxBuilder builder, String found) {
    OnnxModel model = builder.build();
    InvalidInput e = assertThrows(InvalidInput.class, () -> new Autoencoder(8).check(model, 64));
    assertEquals("model", e.field());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }
}
