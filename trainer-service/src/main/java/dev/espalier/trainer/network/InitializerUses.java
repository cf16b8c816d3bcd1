package dev.espalier.trainer.network;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.OperatorRule.Use;
import java.util.HashMap;
import java.util.Map;

/** Says what each initialiser of a graph is to training. */
final class InitializerUses {
  private InitializerUses() {}

  /**
   * A float32 initialiser is trained where a node reads it so. Literals are not: the values of
   * {@code Constant} nodes, and tensors of rank 0, as exporters write the numbers of a formula.
   *
   * @param model as the file has it
   * @param lifted the same with {@code Constant} nodes as initialisers
   * @return the use of each initialiser of the lifted model
   * @throws OnnxException where a weight is of another floating-point type than float32, or a node
   *     reads an initialiser of a type that cannot be held; names it
   */
  static Map<String, Use> of(OnnxModel model, OnnxModel lifted) {
    Map<String, Use> uses = new HashMap<>();
    for (Node node : lifted.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        String name = node.inputs().get(i);
        Tensor tensor = lifted.initializers().get(name);
        if (lifted.opaque().containsKey(name)) {
          throw new OnnxException(
              "node " + node, "reads \"" + name + "\", which is of a type that cannot be trained");
        }
        if (tensor != null) {
          boolean literal = tensor.dims().length == 0 || !model.initializers().containsKey(name);
          uses.merge(
              name, literal ? Use.FIXED : use(lifted, node, i, tensor), InitializerUses::stronger);
        }
      }
    }
    lifted.initializers().keySet().forEach(name -> uses.putIfAbsent(name, Use.FIXED));
    return uses;
  }

  private static Use use(OnnxModel model, Node node, int input, Tensor tensor) {
    if (!tensor.isFloatingPoint()) {
      return Use.FIXED;
    }
    Use use = use(model, node, input);
    if (use != Use.FIXED && tensor.type() != ElementType.FLOAT) {
      throw new OnnxException(
          "initialiser \"" + tensor.name() + "\"",
          tensor.type() + " cannot be trained; convert the model to float32");
    }
    return use;
  }

  /** Exporters hand shared initialisers on by {@code Identity}: what reads its output counts. */
  private static Use use(OnnxModel model, Node node, int input) {
    if (!node.operator().equals("Identity") || model.consumers(node.output()).isEmpty()) {
      return OperatorRules.use(node, input);
    }
    Use use = Use.FIXED;
    for (Node reader : model.consumers(node.output())) {
      for (int i = 0; i < reader.inputs().size(); i++) {
        if (reader.inputs().get(i).equals(node.output())) {
          use = stronger(use, use(model, reader, i));
        }
      }
    }
    return use;
  }

  private static Use stronger(Use a, Use b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
