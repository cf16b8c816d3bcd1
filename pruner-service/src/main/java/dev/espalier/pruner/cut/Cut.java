package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a model smaller. Names and order of its nodes stay as they are. */
public final class Cut {
  private Cut() {}

  /**
   * @param traced the model; it stays as it is
   * @param survivors what stays
   * @param metadata properties to add to the model's own; one of the same key is replaced
   * @return the smaller model. Shapes that the file notes of intermediate values are dropped, since
   *     they no longer hold and are optional
   */
  public static OnnxModel apply(Traced traced, Survivors survivors, Map<String, String> metadata) {
    return apply(traced, survivors, KeptIndices.of(traced, survivors), metadata);
  }

  /**
   * @param kept what stays of the initialisers
   */
  public static OnnxModel apply(
      Traced traced, Survivors survivors, KeptIndices kept, Map<String, String> metadata) {
    ModelProto.Builder smaller = traced.model().proto().toBuilder();
    GraphProto.Builder graph = smaller.getGraphBuilder();
    slice(graph, traced.model(), kept);
    graph.clearValueInfo();
    resizeInputs(graph, kept);
    Mending mending = new Mending(traced, survivors, graph);
    graph.clearNode();
    traced.model().nodes().forEach(mending::add);
    dropUnread(graph, mending.replaced());
    putMetadata(smaller, metadata);
    return OnnxModel.of(smaller.build());
  }

  private static void slice(GraphProto.Builder graph, OnnxModel model, KeptIndices kept) {
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      String name = graph.getInitializer(i).getName();
      Map<Integer, int[]> axes = kept.byInitializer().get(name);
      if (axes != null) {
        graph.setInitializer(i, model.initializers().get(name).select(axes).toProto());
      }
    }
  }

  private static void resizeInputs(GraphProto.Builder graph, KeptIndices kept) {
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      Map<Integer, int[]> axes = kept.byInitializer().getOrDefault(input.getName(), Map.of());
      int rank = input.getType().getTensorType().getShape().getDimCount();
      axes.forEach(
          (axis, indices) -> {
            if (axis < rank) {
              input
                  .getTypeBuilder()
                  .getTensorTypeBuilder()
                  .getShapeBuilder()
                  .setDim(axis, Dimension.newBuilder().setDimValue(indices.length));
            }
          });
    }
  }

  /** Drops those of the given initialisers that no node reads any more. */
  private static void dropUnread(GraphProto.Builder graph, Set<String> candidates) {
    Set<String> read = new HashSet<>();
    graph.getNodeList().forEach(node -> read.addAll(node.getInputList()));
    graph.getOutputList().forEach(output -> read.add(output.getName()));
    graph.getInputList().forEach(input -> read.add(input.getName()));
    List<TensorProto> stay =
        graph.getInitializerList().stream()
            .filter(
                tensor -> !candidates.contains(tensor.getName()) || read.contains(tensor.getName()))
            .toList();
    graph.clearInitializer().addAllInitializer(stay);
  }

  private static void putMetadata(ModelProto.Builder model, Map<String, String> metadata) {
    for (int i = model.getMetadataPropsCount() - 1; i >= 0; i--) {
      if (metadata.containsKey(model.getMetadataProps(i).getKey())) {
        model.removeMetadataProps(i);
      }
    }
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
  }
}
