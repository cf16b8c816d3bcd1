package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConstantNodesTest {
  private static OnnxBuilder constants() {
    TensorProto text =
        TensorProto.newBuilder().setDataType(8).addStringData(ByteString.copyFromUtf8("a")).build();
    Tensor weights = Tensor.of("any", new int[] {2, 1}, new float[] {1, 2});
    return new OnnxBuilder("m")
        .input("x", 2, 1)
        .node("Constant", "", List.of(), "tensor", Map.of("value", weights))
        .node("Constant", "", List.of(), "float", Map.of("value_float", 0.5f))
        .node("Constant", "", List.of(), "floats", Map.of("value_floats", new float[] {3, 4}))
        .node("Constant", "", List.of(), "int", Map.of("value_int", 5))
        .node("Constant", "", List.of(), "ints", Map.of("value_ints", new long[] {6, -7}))
        .node("Constant", "", List.of(), "string", Map.of("value_string", "s"))
        .node("Constant", "", List.of(), "text", Map.of("value", text))
        .node("other.Constant", "", List.of(), "other", Map.of("value_int", 1))
        .node("Add", "add", List.of("x", "tensor"), "y")
        .output("y", 2, 1);
  }

  @Test
  void constantsBecomeInitialisers() {
    OnnxModel lifted = constants().build().withConstantsLifted();

    Map<String, Tensor> found = lifted.initializers();
    assertEquals(List.of("tensor", "float", "floats", "int", "ints"), List.copyOf(found.keySet()));
    assertArrayEquals(new float[] {1, 2}, found.get("tensor").floats());
    assertArrayEquals(new int[] {2, 1}, found.get("tensor").dims());
    assertArrayEquals(new float[] {0.5f}, found.get("float").floats());
    assertEquals(0, found.get("float").dims().length);
    assertArrayEquals(new float[] {3, 4}, found.get("floats").floats());
    assertArrayEquals(new long[] {5}, found.get("int").longs());
    assertArrayEquals(new long[] {6, -7}, found.get("ints").longs());
    assertEquals(
        List.of("Constant", "Constant", "other.Constant", "Add"),
        lifted.nodes().stream().map(Node::operator).toList());
    assertEquals("x", lifted.inputs().getFirst().getName());
  }

  @Test
  void aModelWithoutConstantsStaysTheSame() {
    OnnxModel lifted = constants().build().withConstantsLifted();

    assertSame(lifted, lifted.withConstantsLifted());
  }

  @Test
  void anOldModelHasItsInitialisersAmongItsInputs() {
    OnnxModel old = OnnxModel.of(constants().proto().toBuilder().setIrVersion(3).build());

    OnnxModel lifted = old.withConstantsLifted();

    assertEquals(6, lifted.proto().getGraph().getInputCount());
    assertEquals(List.of("x"), lifted.inputs().stream().map(input -> input.getName()).toList());
  }

  @Test
  void aConstantWithWrongDimsIsNamed() {
    TensorProto bad = TensorProto.newBuilder().setDataType(1).addDims(1L << 29).build();
    OnnxModel model =
        new OnnxBuilder("m")
            .node("Constant", "", List.of(), "bad", Map.of("value", bad))
            .output("bad", 1)
            .build();

    OnnxException e = assertThrows(OnnxException.class, model::withConstantsLifted);

    assertTrue(e.getMessage().startsWith("initialiser \"bad\": dims ask for"), e.getMessage());
  }
}
