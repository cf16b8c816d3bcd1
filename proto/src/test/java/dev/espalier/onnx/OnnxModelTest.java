package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
  void typesThatCannotBeCutAreKeptAside() {
    ModelProto proto = FuzzModels.all().getLast();

    OnnxModel model = OnnxModel.parse(proto.toByteArray());

    assertEquals(List.of("t"), List.copyOf(model.initializers().keySet()));
    assertEquals(List.of("s", "q"), List.copyOf(model.opaque().keySet()));
    assertArrayEquals(new int[] {3}, model.opaque().get("q"));
    assertEquals(2, model.parameters());
    OnnxModel changed =
        model.withInitializers(List.of(Tensor.of("t", new int[] {1}, new float[] {3})));
    assertEquals(proto.getFunctionsList(), changed.proto().getFunctionsList());
    assertEquals(proto.getGraph().getInitializer(1), changed.proto().getGraph().getInitializer(1));
  }

  @Test
  void anInputWithAnInitialiserIsNotFed() {
    ModelProto.Builder proto = FuzzModels.all().getLast().toBuilder();
    for (String name : List.of("t", "s", "fed")) {
      proto.getGraphBuilder().addInputBuilder().setName(name);
    }

    OnnxModel model = OnnxModel.of(proto.build());

    assertEquals(List.of("fed"), model.inputs().stream().map(i -> i.getName()).toList());
  }

  @Test
  void absurdDimsAreRefusedBeforeAnythingIsAllocated() {
    for (int type : new int[] {1, 8, 9, 14, 15, 17, 22, 26}) {
      for (long[] dims :
          new long[][] {
            {1L << 31}, {-1}, {Integer.MAX_VALUE}, {1 << 30, 1 << 30, 1 << 30}, {1 << 30, 1 << 30}
          }) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName("big").setDataType(type);
        Arrays.stream(dims).forEach(tensor::addDims);
        OnnxBuilder builder = new OnnxBuilder("m").initializer(tensor.build());

        OnnxException e = assertThrows(OnnxException.class, builder::build);

        assertTrue(e.getMessage().startsWith("initialiser \"big\": "), e.getMessage());
      }
    }
    TensorProto unknown = TensorProto.newBuilder().setName("u").setDataType(99).build();
    assertThrows(OnnxException.class, () -> new OnnxBuilder("m").initializer(unknown).build());
  }

  @Test
  void tensorsAreViewsOfWhatWasRead() throws IOException {
    byte[] bytes = model().bytes();
    Path file = folder.resolve("m.onnx");
    Files.write(file, bytes);

    OnnxModel mapped = OnnxModel.read(file);
    OnnxModel parsed = OnnxModel.parse(bytes);
    Arrays.fill(bytes, (byte) 0);

    assertArrayEquals(new float[6], parsed.initializers().get("fc.weight").floats());
    assertTrue(mapped.initializers().get("fc.weight").littleEndian().isDirect());
    Files.delete(file);
    assertEquals(6, mapped.initializers().get("fc.weight").floats()[5]);
  }

  @Test
  void viewsInTheMiddleOfAFileAreCutLikeCopies() throws IOException {
    OnnxModel built = model();
    Path file = folder.resolve("m.onnx");
    built.write(file);

    for (OnnxModel view : List.of(OnnxModel.parse(built.bytes()), OnnxModel.read(file))) {
      Tensor weight = view.initializers().get("fc.weight");

      assertEquals(0, weight.littleEndian().position());
      assertEquals(1, weight.littleEndian().getFloat(0));
      assertArrayEquals(new float[] {1, 3, 4, 6}, weight.select(1, new int[] {0, 2}).floats());
      assertArrayEquals(new float[] {4, 5, 6}, weight.select(0, new int[] {1}).floats());
      assertArrayEquals(
          new long[] {2}, view.initializers().get("shape").select(0, new int[] {1}).longs());
    }
  }

  @Test
  void opsetsAreAsTheFileHasThem() {
    assertEquals(11, new OnnxBuilder("m").opset("", 11).build().opset());
    OnnxBuilder two = new OnnxBuilder("m").opset("com.microsoft", 1);
    assertEquals(2, two.build().proto().getOpsetImportCount());
    ModelProto.Builder other = two.proto().toBuilder().removeOpsetImport(0);
    assertEquals(0, OnnxModel.of(other.build()).opset());
  }
}
