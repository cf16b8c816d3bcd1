package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.List;
import java.util.Map;

/** A network with a loop whose end no one lives to see. */
public final class EndlessLoop {
  private EndlessLoop() {}

  /** Float input {@code x} and output {@code y}, each {@code [1, 2]}; one group, hidden. */
  public static OnnxModel model() {
    ValueInfoProto turn = Wave.value("turn", new Wave.Kind(ElementType.INT64.code(), new long[0]));
    ValueInfoProto on = Wave.value("on", new Wave.Kind(ElementType.BOOL.code(), new long[0]));
    Wave.Kind state = new Wave.Kind(ElementType.FLOAT.code(), new long[] {1, 2});
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(turn)
            .addInput(on)
            .addInput(Wave.value("in", state))
            .addNode(node("Identity", "on", "still"))
            .addNode(node("Neg", "in", "out"))
            .addOutput(Wave.value("still", new Wave.Kind(ElementType.BOOL.code(), new long[0])))
            .addOutput(Wave.value("out", state))
            .build();
    OnnxModel model =
        new OnnxBuilder("endless")
            .input("x", 1, 2)
            .initializer(Tensor.of("turns", new int[0], new long[] {Long.MAX_VALUE}))
            .initializer("up", new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})
            .initializer("down", new int[] {3, 2}, new float[] {1, 2, 3, 4, 5, 6})
            .node("Loop", "/loop", List.of("turns", "", "x"), "z", Map.of())
            .node("MatMul", "/up", List.of("z", "up"), "h")
            .node("MatMul", "/down", List.of("h", "down"), "y")
            .output("y", 1, 2)
            .build();
    NodeProto loop =
        model.proto().getGraph().getNode(0).toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(body))
            .build();
    return OnnxModel.of(
        model.proto().toBuilder()
            .setGraph(model.proto().getGraph().toBuilder().setNode(0, loop))
            .build());
  }

  private static NodeProto node(String operator, String input, String output) {
    return NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output).build();
  }
}
