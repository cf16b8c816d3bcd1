package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Map;

/** Makes a model smaller. Names, order and attributes of its nodes stay as they are. */
public final class Cut {
  private Cut() {}

  /**
   * @param model the model; it stays as it is
   * @param kept what stays on each axis
   * @param metadata properties to add to the model's own; one of the same key is replaced
   * @return the smaller model. Shapes that the file notes of intermediate values are dropped, since
   *     they no longer hold and are optional
   */
  public static OnnxModel apply(OnnxModel model, KeptIndices kept, Map<String, String> metadata) {
    ModelProto.Builder smaller = model.proto().toBuilder();
    GraphProto.Builder graph = smaller.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      String name = graph.getInitializer(i).getName();
      Map<Integer, int[]> axes = kept.byInitializer().get(name);
      if (axes != null) {
        Tensor tensor = model.initializers().get(name);
        for (Map.Entry<Integer, int[]> axis : axes.entrySet()) {
          tensor = tensor.select(axis.getKey(), axis.getValue());
        }
        graph.setInitializer(i, tensor.toProto());
      }
    }
    graph.clearValueInfo();
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
    putMetadata(smaller, metadata);
    return OnnxModel.of(smaller.build());
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
