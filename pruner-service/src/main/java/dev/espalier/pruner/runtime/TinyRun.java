package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.runtime.Wave.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Evaluates in ONNX Runtime what shape arithmetic seldom needs, one node at a time. */
final class TinyRun {
  private static final Set<String> DATA_DEPENDENT = Set.of("NonZero", "Compress", "Unique");
  private static final Set<String> OPERATORS =
      Set.of(
          "ArgMax",
          "ArgMin",
          "Clip",
          "Compress",
          "CumSum",
          "Flatten",
          "GatherElements",
          "GatherND",
          "GreaterOrEqual",
          "LessOrEqual",
          "NonZero",
          "Pad",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ScatterElements",
          "ScatterND",
          "Sign",
          "Split",
          "Sum",
          "Tile",
          "TopK",
          "Unique",
          "Xor");

  private TinyRun() {}

  /**
   * @param shell the model that the node is of, its graph left out
   * @param inputs the contents of the node's inputs, null for one that is omitted
   * @return what it makes, by name; empty where its first input is real or it might make much
   */
  static Optional<Map<String, Content>> run(ModelProto shell, Node node, List<Content> inputs) {
    if (!OPERATORS.contains(node.operator())
        || inputs.getFirst() == null
        || inputs.getFirst().longs() == null) {
      return Optional.empty();
    }
    Wave wave = new Wave(shell);
    for (int i = 0; i < inputs.size(); i++) {
      String name = node.inputs().get(i);
      if (!name.isEmpty() && !wave.has(name)) {
        wave.constant(name, inputs.get(i).toProto(name));
      }
    }
    wave.add(node);
    try {
      for (Kind kind : wave.infer().values()) {
        if (!small(kind) && !DATA_DEPENDENT.contains(node.operator())) {
          return Optional.empty();
        }
      }
      return contents(wave.run(), node);
    } catch (OnnxException e) {
      // The node is asked about again with the nodes that it leads to, and refused there.
      return Optional.empty();
    }
  }

  private static boolean small(Kind kind) {
    double size = 1;
    for (long dim : kind.concrete() ? kind.shape() : new long[] {Long.MAX_VALUE}) {
      size *= dim;
    }
    return size <= Evaluator.MOST_ELEMENTS;
  }

  private static Optional<Map<String, Content>> contents(Map<String, Content> made, Node node) {
    List<String> wanted = new ArrayList<>(node.outputs());
    wanted.remove("");
    return made.keySet().containsAll(wanted) ? Optional.of(made) : Optional.empty();
  }
}
