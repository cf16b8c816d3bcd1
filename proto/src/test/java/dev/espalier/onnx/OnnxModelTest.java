package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  @TempDir Path folder;

  private static OnnxModel model() {
    return new OnnxBuilder("net")
        .input("x", -1, 3)
        .initializer("fc.weight", new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})
        .initializer(Tensor.of("shape", new int[] {2}, new long[] {-1, 2}))
        .node("Gemm", "/fc/Gemm", List.of("x", "fc.weight"), "h", Map.of("transB", 1))
        .node("Elu", "", List.of("h"), "g", Map.of("alpha", 0.5f))
        .node("Reshape", "/r", List.of("g", "shape"), "y")
        .output("y", -1, 2)
        .metadata("key", "value")
        .build();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    OnnxModel model = model();
    Path file = folder.resolve("deep/er/m.onnx");

    model.write(file);
    OnnxModel read = OnnxModel.read(file);

    assertEquals(model.proto(), read.proto());
    assertEquals(OnnxModel.digest(Files.readAllBytes(file)), read.digest());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void looksThingsUp() {
    OnnxModel model = model();

    assertEquals(6, model.parameters());
    assertEquals("Gemm", model.producer("h").orElseThrow().operator());
    assertTrue(model.producer("x").isEmpty());
    assertEquals(List.of("Elu#1"), model.consumers("h").stream().map(Node::name).toList());
    assertEquals(1, model.nodes().getFirst().intAttribute("transB", 0));
    assertEquals(0.5f, model.nodes().get(1).floatAttribute("alpha", 1));
    assertEquals(OnnxBuilder.OPSET, model.opset());
    assertEquals(Map.of("key", "value"), model.metadata());
    assertEquals("x", model.inputs().getFirst().getName());
  }

  @Test
  void replacesInitialisersInPlace() {
    OnnxModel model = model();

    OnnxModel smaller =
        model.withInitializers(
            List.of(model.initializers().get("fc.weight").select(0, new int[] {1})));

    assertArrayEquals(new float[] {4, 5, 6}, smaller.initializers().get("fc.weight").floats());
    assertEquals(
        List.copyOf(model.initializers().keySet()), List.copyOf(smaller.initializers().keySet()));
    assertEquals(6, model.parameters());
    assertThrows(
        OnnxException.class,
        () -> model.withInitializers(List.of(Tensor.of("other", new int[0], new float[1]))));
  }

  @Test
  void unknownFieldsSurvive() {
    ModelProto proto =
        model().proto().toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(9999, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                    .build())
            .build();

    assertEquals(proto, OnnxModel.parse(proto.toByteArray()).withInitializers(List.of()).proto());
  }

  @Test
  void namesMustBeThereAndUnique() {
    ModelProto.Builder twice = model().proto().toBuilder();
    twice.getGraphBuilder().addInitializer(twice.getGraph().getInitializer(0));
    ModelProto.Builder nameless = model().proto().toBuilder();
    nameless.getGraphBuilder().getInitializerBuilder(1).clearName();

    assertThrows(OnnxException.class, () -> OnnxModel.of(twice.build()));
    assertThrows(OnnxException.class, () -> OnnxModel.of(nameless.build()));
    assertThrows(OnnxException.class, () -> OnnxModel.parse(new byte[0]));
    assertThrows(OnnxException.class, () -> OnnxModel.parse("no model".getBytes()));
  }

  @Test
  void aTruncatedFileIsRefusedOrAWholeModel() {
    byte[] bytes = model().bytes();
    for (int length = 0; length < bytes.length; length++) {
      parses(Arrays.copyOf(bytes, length), "cut to " + length);
    }
  }

  @Test
  void garbageIsRefusedOrAWholeModel() {
    byte[] bytes = model().bytes();
    for (long seed = 0; seed < 5000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] mutant = bytes.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
      }
      parses(mutant, "seed " + seed);
    }
  }

  private static void parses(byte[] bytes, String message) {
    try {
      OnnxModel model = OnnxModel.parse(bytes);
      assertEquals(model.proto(), OnnxModel.parse(model.bytes()).proto(), message);
    } catch (OnnxException e) {
      assertTrue(e.getMessage().contains(": "), message);
    }
  }
}
