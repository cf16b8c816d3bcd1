package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.rank;
import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Normalisation and dropout. */
public final class NormalizationRules {
  private NormalizationRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    OperatorRule dropout = NormalizationRules::dropout;
    return Map.of(
        "BatchNormalization",
        new BatchNormRule(),
        "LayerNormalization",
        NormalizationRules::layerNormalization,
        "Dropout",
        dropout.fixedFrom(1));
  }

  /** Over an axis and all after it; also gives the means and the inverse deviations. */
  private static Operation layerNormalization(Node node, Context context) {
    Values.arity(node, 2, 3, 3);
    long axis = node.intAttribute("axis", -1);
    float epsilon = node.floatAttribute("epsilon", 1e-5f);
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray scale = inputs.get(1);
      NDArray bias = Values.input(inputs, 2);
      int at = Values.axis(node, axis, rank(x));
      long[] over = Arrays.copyOfRange(dims(x), at, rank(x));
      boolean plain =
          node.outputs().size() == 1
              && bias != null
              && Arrays.equals(dims(scale), over)
              && Arrays.equals(dims(bias), over);
      if (plain) {
        return new NDList(JniUtils.layerNorm(pt(x), new Shape(over), pt(scale), pt(bias), epsilon));
      }
      int[] axes = IntStream.range(at, rank(x)).toArray();
      NDArray mean = ReduceRules.mean(x, axes);
      NDArray centred = x.sub(mean);
      NDArray variance = ReduceRules.mean(centred.mul(centred), axes);
      NDArray deviation = variance.add(scalar(variance, epsilon)).sqrt();
      NDArray inverse = deviation.onesLike().div(deviation);
      NDArray y = centred.mul(inverse).mul(scale);
      return new NDList(bias == null ? y : y.add(bias), mean, inverse);
    };
  }

  /**
   * A training pass drops each element with the ratio's probability and scales the others so that
   * the mean stays; an evaluation hands its input on.
   */
  private static Operation dropout(Node node, Context context) {
    Values.arity(node, 1, 3, 2);
    float attribute = node.floatAttribute("ratio", 0.5f);
    boolean numbers = context.opset() < 10;
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray given = Values.input(inputs, 1);
      double ratio = given == null ? attribute : Values.number(given);
      if (!(ratio >= 0 && ratio <= 1)) {
        throw Values.declined(node, "its ratio is " + ratio + ", not from 0 to 1");
      }
      boolean drops = pass.training() && ratio > 0;
      boolean masked = node.outputs().size() > 1;
      if (!drops && !masked) {
        return new NDList(x);
      }
      NDArray kept =
          drops
              ? pass.uniform(x.getShape()).gte(scalar(x, ratio))
              : pass.manager().ones(x.getShape()).toType(DataType.BOOLEAN, false);
      NDArray mask = kept.toType(x.getDataType(), false);
      double scale = ratio < 1 ? 1 / (1 - ratio) : 0;
      NDArray y = drops ? x.mul(mask.mul(scalar(x, scale))) : x;
      return new NDList(y, numbers ? mask : kept);
    };
  }
}
