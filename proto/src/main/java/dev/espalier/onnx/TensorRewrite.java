package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Finds and changes tensors wherever a model holds them: initialisers, attributes, sub-graphs,
 * functions and training graphs.
 */
final class TensorRewrite {
  private TensorRewrite() {}

  /** Whether some tensor of the model fulfils the condition. */
  static boolean any(ModelProto model, Predicate<TensorProto> condition) {
    return inGraph(model.getGraph(), condition)
        || model.getFunctionsList().stream().anyMatch(f -> inNodes(f.getNodeList(), condition))
        || model.getTrainingInfoList().stream()
            .anyMatch(
                t ->
                    inGraph(t.getInitialization(), condition)
                        || inGraph(t.getAlgorithm(), condition));
  }

  private static boolean inGraph(GraphProto graph, Predicate<TensorProto> condition) {
    return graph.getInitializerList().stream().anyMatch(condition)
        || graph.getSparseInitializerList().stream().anyMatch(s -> inSparse(s, condition))
        || inNodes(graph.getNodeList(), condition);
  }

  private static boolean inNodes(List<NodeProto> nodes, Predicate<TensorProto> condition) {
    for (NodeProto node : nodes) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasT() && condition.test(attribute.getT())
            || attribute.hasG() && inGraph(attribute.getG(), condition)
            || attribute.hasSparseTensor() && inSparse(attribute.getSparseTensor(), condition)
            || attribute.getTensorsList().stream().anyMatch(condition)
            || attribute.getGraphsList().stream().anyMatch(g -> inGraph(g, condition))
            || attribute.getSparseTensorsList().stream().anyMatch(s -> inSparse(s, condition))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean inSparse(SparseTensorProto sparse, Predicate<TensorProto> condition) {
    return condition.test(sparse.getValues()) || condition.test(sparse.getIndices());
  }

  /**
   * The model with every tensor changed; what holds no changed tensor stays the same object.
   *
   * @param change gets a tensor and what to call its place in an error; gives the tensor itself
   *     where it stays as it is
   */
  static ModelProto rewrite(ModelProto model, BiFunction<TensorProto, String, TensorProto> change) {
    return (ModelProto) rewrite(model, "", change);
  }

  private static Message rewrite(
      Message message, String around, BiFunction<TensorProto, String, TensorProto> change) {
    if (message instanceof TensorProto tensor) {
      return change.apply(tensor, around + "initialiser \"" + tensor.getName() + "\"");
    }
    String place =
        message instanceof NodeProto node
            ? around + "node " + node.getOpType() + " \"" + node.getName() + "\", "
            : around;
    Message.Builder changed = null;
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      List<?> parts = field.isRepeated() ? (List<?>) entry.getValue() : List.of(entry.getValue());
      for (int i = 0; i < parts.size(); i++) {
        Message part = rewrite((Message) parts.get(i), place, change);
        if (part == parts.get(i)) {
          continue;
        }
        changed = changed == null ? message.toBuilder() : changed;
        if (field.isRepeated()) {
          changed.setRepeatedField(field, i, part);
        } else {
          changed.setField(field, part);
        }
      }
    }
    return changed == null ? message : changed.build();
  }
}
