package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A piece of a graph that ONNX Runtime is asked the shapes of: some nodes, what they read as typed
 * graph inputs without data, and everything that they make as a name-only graph output. Contents
 * that shapes may follow from are constants in it.
 */
final class Wave {
  private static final String RANK = "espalier.rank/";

  private final ModelProto shell;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("shapes");
  private final Set<String> given = new HashSet<>();
  private final List<String> made = new ArrayList<>();

  /**
   * @param shell the model that the nodes are of, its graph left out
   */
  Wave(ModelProto shell) {
    this.shell = shell;
  }

  boolean isEmpty() {
    return made.isEmpty();
  }

  /** True where a value is made by a node that was added, or was given. */
  boolean has(String value) {
    return given.contains(value);
  }

  void add(Node node) {
    graph.addNode(node.proto());
    for (String output : node.outputs()) {
      if (!output.isEmpty() && given.add(output)) {
        made.add(output);
      }
    }
  }

  void constant(String name, TensorProto tensor) {
    given.add(name);
    graph.addInitializer(tensor);
  }

  void input(String name, Kind kind) {
    given.add(name);
    graph.addInput(value(name, kind));
  }

  static ValueInfoProto value(String name, Kind kind) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(kind.type());
    if (kind.shape() != null) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long dim : kind.shape()) {
        shape.addDim(dim < 0 ? Dimension.newBuilder() : Dimension.newBuilder().setDimValue(dim));
      }
      type.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /**
   * @return what is known of every value that the nodes make; a value that is no tensor is missing
   * @throws dev.espalier.onnx.OnnxException where ONNX Runtime refuses a node
   */
  Map<String, Kind> infer() {
    Map<String, Kind> kinds = ask(made);
    List<String> scalars =
        made.stream()
            .filter(name -> kinds.containsKey(name) && kinds.get(name).shape().length == 0)
            .toList();
    if (!scalars.isEmpty()) {
      tellScalarsFromUnknown(scalars, kinds);
    }
    return kinds;
  }

  /** ONNX Runtime shows a value of unknown rank like a scalar; the shape of its shape differs. */
  private void tellScalarsFromUnknown(List<String> scalars, Map<String, Kind> kinds) {
    List<String> ranks = new ArrayList<>();
    for (String scalar : scalars) {
      graph.addNode(
          NodeProto.newBuilder().setOpType("Shape").addInput(scalar).addOutput(RANK + scalar));
      ranks.add(RANK + scalar);
    }
    Map<String, Kind> rankKinds = ask(ranks);
    for (String scalar : scalars) {
      if (rankKinds.get(RANK + scalar).shape()[0] != 0) {
        kinds.put(scalar, new Kind(kinds.get(scalar).type(), null));
      }
    }
  }

  /** What the nodes make; only for a wave all of whose inputs are constants. */
  Map<String, Content> run() {
    try (Session session = open(made)) {
      return session.contents();
    }
  }

  private Session open(List<String> names) {
    graph.clearOutput();
    names.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    return Session.unoptimised(shell.toBuilder().setGraph(graph).build());
  }

  private Map<String, Kind> ask(List<String> names) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    try (Session session = open(names)) {
      session.outputs((name, type, shape) -> kinds.put(name, new Kind(type, shape)));
    }
    return kinds;
  }

  /**
   * What is known of a value without running the model.
   *
   * @param type the code of its element type
   * @param shape length of each axis, -1 where that is unknown; null where even the rank is
   */
  record Kind(int type, long[] shape) {
    boolean concrete() {
      if (shape == null) {
        return false;
      }
      for (long dim : shape) {
        if (dim < 0) {
          return false;
        }
      }
      return true;
    }
  }
}
