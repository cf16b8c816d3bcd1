package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.Wave.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model without its large constants.
 *
 * @param proto the model; it says what its large constants are, but does not hold them
 * @param weights the large constants
 */
record Slim(ModelProto proto, List<TensorProto> weights) {
  /**
   * Large constants are inputs of the graph: they are used where they lie and never looked into.
   */
  static Slim withWeightsAsInputs(OnnxModel model) {
    List<TensorProto> weights = new ArrayList<>();
    ModelProto.Builder slim = model.proto().toBuilder();
    GraphProto.Builder graph = slim.getGraphBuilder().clearInitializer();
    Set<String> inputs = new HashSet<>();
    graph.getInputList().forEach(input -> inputs.add(input.getName()));
    for (TensorProto tensor : model.proto().getGraph().getInitializerList()) {
      if (!Weights.holds(tensor)) {
        graph.addInitializer(tensor);
        continue;
      }
      weights.add(tensor);
      if (inputs.add(tensor.getName())) {
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        graph.addInput(Wave.value(tensor.getName(), new Kind(tensor.getDataType(), shape)));
      }
    }
    return new Slim(slim.build(), weights);
  }

  /** Large constants are still constants, to be optimised with, but are handed over apart. */
  static Slim withWeightsApart(OnnxModel model) {
    List<TensorProto> weights = new ArrayList<>();
    ModelProto.Builder slim = model.proto().toBuilder();
    GraphProto.Builder graph = slim.getGraphBuilder().clearInitializer();
    for (TensorProto tensor : model.proto().getGraph().getInitializerList()) {
      boolean apart = Weights.holds(tensor);
      graph.addInitializer(apart ? reference(tensor) : tensor);
      if (apart) {
        weights.add(tensor);
      }
    }
    return new Slim(slim.build(), weights);
  }

  private static TensorProto reference(TensorProto tensor) {
    return tensor.toBuilder()
        .clearRawData()
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", "weights"))
        .addExternalData(entry("offset", "0"))
        .addExternalData(entry("length", Integer.toString(tensor.getRawData().size())))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
