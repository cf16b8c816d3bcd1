package dev.espalier.pruner.plan;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives the readers of each reading a name of their own for what they read. */
final class Taps {
  private Taps() {}

  /** What the readers of the reading at a position read. */
  static String name(int reading) {
    return "espalier.tap/" + reading;
  }

  /**
   * @param shapes of every value; receives those of the new names
   */
  static OnnxModel apply(OnnxModel model, List<Reading> readings, Map<String, long[]> shapes) {
    Map<String, List<Integer>> byValue = new HashMap<>();
    Map<Integer, Map<String, String>> renamed = new HashMap<>();
    for (int r = 0; r < readings.size(); r++) {
      Reading reading = readings.get(r);
      byValue.computeIfAbsent(reading.value(), value -> new ArrayList<>()).add(r);
      for (Node reader : reading.readers()) {
        renamed
            .computeIfAbsent(reader.index(), index -> new HashMap<>())
            .put(reading.value(), name(r));
      }
      shapes.put(name(r), shapes.get(reading.value()));
    }
    ModelProto.Builder tapped = model.proto().toBuilder();
    GraphProto.Builder graph = tapped.getGraphBuilder().clearNode();
    model.inputs().forEach(input -> tap(input.getName(), byValue, graph));
    for (Node node : model.nodes()) {
      Map<String, String> names = renamed.getOrDefault(node.index(), Map.of());
      NodeProto.Builder reader = node.proto().toBuilder().clearInput();
      node.inputs().forEach(input -> reader.addInput(names.getOrDefault(input, input)));
      graph.addNode(reader);
      node.outputs().forEach(output -> tap(output, byValue, graph));
    }
    return OnnxModel.of(tapped.build());
  }

  private static void tap(
      String value, Map<String, List<Integer>> byValue, GraphProto.Builder graph) {
    for (int reading : byValue.getOrDefault(value, List.of())) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Identity")
              .setName(name(reading) + "/Identity")
              .addInput(value)
              .addOutput(name(reading)));
    }
  }
}
