package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
  @TempDir Path root;

  private Path folder;

  @BeforeEach
  void someWeights() throws IOException {
    folder = Files.createDirectories(root.resolve("models"));
    Files.createDirectories(folder.resolve("data"));
    for (Path file : List.of(folder.resolve("data/w.bin"), root.resolve("outside.bin"))) {
      Files.write(file, floats(0, 1, 2, 3, 4));
    }
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static TensorProto.Builder tensor(Map<String, String> entries, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(ElementType.FLOAT.code())
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    entries.forEach(
        (key, value) ->
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return tensor;
  }

  private static OnnxBuilder model(TensorProto.Builder tensor) {
    return new OnnxBuilder("m")
        .input("x", 3)
        .initializer(tensor.build())
        .node("Add", "add", List.of("x", "w"), "y")
        .output("y", 3);
  }

  private OnnxModel read(OnnxBuilder builder) throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.write(file, builder.proto().toByteArray());
    return OnnxModel.read(file);
  }

  private String problem(Map<String, String> entries, long... dims) {
    OnnxException e =
        assertThrows(OnnxException.class, () -> read(model(tensor(entries, dims))), "" + entries);
    assertTrue(e.getMessage().startsWith("initialiser \"w\": "), e.getMessage());
    return e.getMessage();
  }

  @Test
  void dataIsTakenInAndWrittenInOneFile() throws IOException {
    OnnxModel model =
        read(
            model(
                tensor(Map.of("location", "data/w.bin", "offset", "4", "length", "12"), 3)
                    .setDocString("kept")));

    Path alone = root.resolve("alone/m.onnx");
    model.write(alone);

    OnnxModel again = OnnxModel.read(alone);
    assertArrayEquals(new float[] {1, 2, 3}, again.initializers().get("w").floats());
    assertEquals(model.proto(), again.proto());
    assertEquals("kept", again.proto().getGraph().getInitializer(0).getDocString());
    assertEquals(OnnxModel.digest(alone), model.digest());
  }

  @Test
  void offsetAndLengthMayBeMissing() throws IOException {
    OnnxModel model = read(model(tensor(Map.of("location", "./data/w.bin"), 3)));

    assertArrayEquals(new float[] {0, 1, 2}, model.initializers().get("w").floats());
  }

  @Test
  void attributesAndSubGraphsMayHaveSomeToo() throws IOException {
    TensorProto.Builder external = tensor(Map.of("location", "data/w.bin", "offset", "8"), 3);
    OnnxBuilder branch =
        new OnnxBuilder("branch")
            .initializer(external.build())
            .node("Identity", "i", List.of("w"), "inner")
            .output("inner", 3);
    OnnxBuilder builder =
        new OnnxBuilder("m")
            .input("yes", ElementType.BOOL)
            .node("Constant", "c", List.of(), "c", Map.of("value", external.build()))
            .node(
                "If",
                "if",
                List.of("yes"),
                "y",
                Map.of("then_branch", branch.graph(), "else_branch", branch.graph()))
            .node("Add", "a", List.of("y", "c"), "z")
            .output("z", 3);

    OnnxModel model = read(builder);

    assertEquals(model.proto(), OnnxModel.parse(model.bytes()).proto());
    assertArrayEquals(
        new float[] {2, 3, 4}, model.withConstantsLifted().initializers().get("c").floats());
    OnnxException alone =
        assertThrows(OnnxException.class, () -> OnnxModel.parse(builder.proto().toByteArray()));
    assertTrue(alone.getMessage().contains("save the model in one file"), alone.getMessage());
  }

  @Test
  void noLocationLeavesTheFolder() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.bin"), root.resolve("outside.bin"));
    Files.createSymbolicLink(folder.resolve("up"), root);
    Files.createSymbolicLink(folder.resolve("inside.bin"), folder.resolve("data/w.bin"));

    assertTrue(problem(Map.of("location", "../outside.bin"), 3).contains("contains \"..\""));
    assertTrue(problem(Map.of("location", "data/../data/w.bin"), 3).contains("contains \"..\""));
    String absolute = folder.resolve("data/w.bin").toAbsolutePath().toString();
    assertTrue(problem(Map.of("location", absolute), 3).contains("is absolute"));
    assertTrue(problem(Map.of("location", "link.bin"), 3).contains("a link that leaves it"));
    assertTrue(problem(Map.of("location", "up/outside.bin"), 3).contains("a link that leaves it"));
    for (String name : List.of("", " ", ".", "data", "gone.bin", "a\\b.bin", "\0", "data\0/w")) {
      assertTrue(problem(Map.of("location", name), 3).contains("location \"" + name), name);
    }
    assertTrue(problem(Map.of(), 3).contains("location \"\""));
    assertEquals(
        3, read(model(tensor(Map.of("location", "inside.bin"), 3))).initializers().get("w").size());
  }

  @Test
  void offsetLengthAndDimsMustFitTheFile() {
    String at = "data/w.bin";

    assertTrue(problem(Map.of("location", at, "offset", "-4"), 3).contains("is negative"));
    assertTrue(problem(Map.of("location", at, "length", "-12"), 3).contains("is negative"));
    assertTrue(problem(Map.of("location", at, "offset", "four"), 3).contains("no number"));
    assertTrue(problem(Map.of("location", at, "length", "8"), 3).contains("dims ask for 12"));
    assertTrue(problem(Map.of("location", at, "offset", "12"), 3).contains("has 20"));
    assertTrue(problem(Map.of("location", at, "offset", "9223372036854775807"), 3).contains("20"));
    assertTrue(problem(Map.of("location", at), 1L << 28).contains("has 20"));
    assertTrue(problem(Map.of("location", at), 1L << 30).contains("2 GiB"));
    assertTrue(problem(Map.of("location", at), 1L << 30, 1L << 30, 1L << 30).contains("2^63"));
    assertTrue(problem(Map.of("location", at), -3).contains("out of range"));
  }

  @Test
  void aChecksumIsThatOfTheFile() throws IOException {
    String right = Digests.of(folder.resolve("data/w.bin"), "SHA-1");

    read(model(tensor(Map.of("location", "data/w.bin", "checksum", right), 3)));

    Map<String, String> wrong = Map.of("location", "data/w.bin", "checksum", "0".repeat(40));
    assertTrue(problem(wrong, 3).contains("has SHA-1 " + right));
  }

  @Test
  void aFileBeyondTwoGibibytesIsReadWhereItIsAsked() throws IOException {
    long far = (5L << 30) - 6;
    Path sparse = folder.resolve("big.bin");
    try (FileChannel channel =
        FileChannel.open(sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(floats(7, 8, 9)), far);
    }
    Map<String, String> entries = Map.of("location", "big.bin", "offset", Long.toString(far));

    OnnxModel model = read(model(tensor(entries, 3)));

    assertArrayEquals(new float[] {7, 8, 9}, model.initializers().get("w").floats());
    OnnxException e = assertThrows(OnnxException.class, () -> OnnxModel.read(sparse));
    assertTrue(e.getMessage().contains("less than 2 GiB"), e.getMessage());
  }
}
