package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The activation functions of the recurrent operators, by ONNX' names for them. Their {@code
 * activation_alpha} and {@code activation_beta} are taken in order by the functions that have such
 * a parameter; where the list has ended, the default is that of the ONNX operator of the name.
 */
final class RecurrentActivation {
  private RecurrentActivation() {}

  /**
   * @param defaults names of one direction's functions where the node names none
   * @return the functions of all directions, one after the other
   * @throws dev.espalier.onnx.OnnxException where a function is not known or their number is wrong
   */
  static List<UnaryOperator<NDArray>> of(Node node, List<String> defaults, int directions) {
    List<String> names =
        node.attribute("activations")
            .map(a -> a.getStringsList().stream().map(s -> s.toStringUtf8()).toList())
            .filter(list -> !list.isEmpty())
            .orElseGet(
                () ->
                    Stream.generate(() -> defaults)
                        .limit(directions)
                        .flatMap(List::stream)
                        .toList());
    if (names.size() != defaults.size() * directions) {
      throw Values.declined(
          node, names.size() + " activations; it needs " + defaults.size() * directions);
    }
    Iterator<Float> alphas = floats(node, "activation_alpha");
    Iterator<Float> betas = floats(node, "activation_beta");
    List<UnaryOperator<NDArray>> functions = new ArrayList<>();
    for (String name : names) {
      functions.add(function(node, name, alphas, betas));
    }
    return functions;
  }

  private static UnaryOperator<NDArray> function(
      Node node, String name, Iterator<Float> alphas, Iterator<Float> betas) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "relu":
        return x -> x.getNDArrayInternal().relu();
      case "tanh":
        return NDArray::tanh;
      case "sigmoid":
        return x -> x.getNDArrayInternal().sigmoid();
      case "softsign":
        return x -> x.div(x.abs().add(1));
      case "softplus":
        return x -> x.getNDArrayInternal().softPlus();
      case "leakyrelu":
        float slope = next(alphas, 0.01f);
        return x -> x.getNDArrayInternal().leakyRelu(slope);
      case "elu":
        float scale = next(alphas, 1);
        return x -> x.getNDArrayInternal().elu(scale);
      case "thresholdedrelu":
        float threshold = next(alphas, 1);
        return x -> Nd.where(x.gt(scalar(x, threshold)), x, x.zerosLike());
      case "affine":
        float factor = next(alphas, 1);
        float offset = next(betas, 0);
        return x -> x.mul(scalar(x, factor)).add(scalar(x, offset));
      case "scaledtanh":
        float outer = next(alphas, 1);
        float inner = next(betas, 1);
        return x -> x.mul(scalar(x, inner)).tanh().mul(scalar(x, outer));
      case "hardsigmoid":
        float rise = next(alphas, 0.2f);
        float middle = next(betas, 0.5f);
        return x -> Values.clipped(x.mul(scalar(x, rise)).add(scalar(x, middle)), 0, 1);
      default:
        throw Values.declined(node, "activation \"" + name + "\" is not known");
    }
  }

  private static float next(Iterator<Float> values, float otherwise) {
    return values.hasNext() ? values.next() : otherwise;
  }

  private static Iterator<Float> floats(Node node, String name) {
    return node.attribute(name).map(a -> a.getFloatsList()).orElse(List.of()).iterator();
  }
}
