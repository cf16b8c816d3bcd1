package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubGraphTest {
  private static OnnxBuilder outer() {
    return new OnnxBuilder("outer").input("x", 1).input("yes", ElementType.BOOL);
  }

  private static OnnxBuilder choose(OnnxBuilder builder, String output, GraphProto... branches) {
    return builder.node(
        "If",
        "choice",
        List.of("yes"),
        output,
        Map.of("then_branch", branches[0], "else_branch", branches[1]));
  }

  private static GraphProto branch(String reads) {
    return new OnnxBuilder("branch")
        .initializer("own", new int[0], new float[1])
        .node("Add", "", List.of(reads, "own"), "inner")
        .output("inner", 1)
        .graph();
  }

  private static GraphProto around(GraphProto inner) {
    return choose(new OnnxBuilder("around"), "chosen", inner, inner).output("chosen", 1).graph();
  }

  @Test
  void whatASubGraphReadsComesBeforeItsNode() {
    GraphProto passesOn = new OnnxBuilder("pass").output("late", 1).graph();
    OnnxModel model =
        choose(outer(), "y", around(around(branch("later"))), passesOn)
            .node("Relu", "second", List.of("late"), "later")
            .node("Relu", "first", List.of("x"), "late")
            .output("y", 1)
            .build();

    assertEquals(
        List.of("first", "second", "choice"), model.nodes().stream().map(Node::name).toList());
    assertEquals(Set.of("yes", "late", "later"), model.nodes().get(2).captured());
    assertEquals(Set.of(), model.nodes().getFirst().captured());
  }

  @Test
  void whatASubGraphMissesIsNamed() {
    OnnxBuilder builder = choose(outer(), "y", around(branch("gone")), branch("x")).output("y", 1);

    String message = assertThrows(OnnxException.class, builder::build).getMessage();

    assertEquals(
        "node 0 (If \"choice\"): \"gone\", which its sub-graph reads, is never made", message);
  }

  @Test
  void aCycleThroughASubGraphIsNamed() {
    OnnxBuilder own = choose(outer(), "y", branch("y"), branch("x")).output("y", 1);
    OnnxBuilder far =
        choose(outer().node("Relu", "r", List.of("y"), "z"), "y", branch("z"), branch("x"))
            .node("Relu", "behind", List.of("z"), "out")
            .output("out", 1);

    String first = assertThrows(OnnxException.class, own::build).getMessage();
    String second = assertThrows(OnnxException.class, far::build).getMessage();

    assertEquals("node 0 (If \"choice\"): depends on its own output", first);
    assertEquals(
        "node 0 (Relu \"r\"): depends on its own output by way of node 1 (If \"choice\")", second);
  }

  @Test
  void nestingThatNoParserFollowsIsRefused() {
    OnnxModel.parse(nested(20));

    OnnxException e = assertThrows(OnnxException.class, () -> OnnxModel.parse(nested(5000)));

    assertTrue(e.getMessage().startsWith("model: not an ONNX model: "), e.getMessage());
  }

  /** A model with graphs in graphs, put together by bytes, as no builder would go so deep. */
  private static byte[] nested(int depth) {
    ByteString graph = branch("x").toByteString();
    for (int i = 0; i < depth; i++) {
      ByteString attribute = field(AttributeProto.G_FIELD_NUMBER, graph);
      ByteString node = field(NodeProto.ATTRIBUTE_FIELD_NUMBER, attribute);
      graph = field(GraphProto.NODE_FIELD_NUMBER, node);
    }
    ModelProto model = outer().output("x", 1).proto();
    return model.toByteString().concat(field(ModelProto.GRAPH_FIELD_NUMBER, graph)).toByteArray();
  }

  private static ByteString field(int number, ByteString message) {
    UnknownFieldSet.Field value =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(message).build();
    return UnknownFieldSet.newBuilder().addField(number, value).build().toByteString();
  }
}
