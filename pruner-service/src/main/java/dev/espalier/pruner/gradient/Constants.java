package dev.espalier.pruner.gradient;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Integer constants of a model: initialisers and what Constant nodes hold. */
final class Constants {
  private final Map<String, long[]> byValue = new HashMap<>();
  private final Map<String, Tensor> initializers;

  Constants(OnnxModel model) {
    initializers = model.initializers();
    for (Node node : model.nodes()) {
      if (node.operator().equals("Constant")) {
        node.attribute("value").ifPresent(a -> keep(node, Tensor.of(a.getT())));
        node.attribute("value_int")
            .ifPresent(a -> byValue.put(node.output(), new long[] {a.getI()}));
        node.attribute("value_ints")
            .ifPresent(a -> byValue.put(node.output(), node.intsAttribute("value_ints")));
      }
    }
  }

  private void keep(Node node, Tensor tensor) {
    if (isInteger(tensor)) {
      byValue.put(node.output(), tensor.longs());
    }
  }

  private static boolean isInteger(Tensor tensor) {
    return tensor.type() == ElementType.INT64 || tensor.type() == ElementType.INT32;
  }

  Optional<long[]> integers(String value) {
    return Optional.ofNullable(byValue.get(value))
        .or(
            () ->
                Optional.ofNullable(initializers.get(value))
                    .filter(Constants::isInteger)
                    .map(Tensor::longs));
  }
}
