package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Elementwise.binary;
import static dev.espalier.trainer.network.rule.Elementwise.unary;
import static dev.espalier.trainer.network.rule.Values.pt;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;

/** Comparisons, logic and choice, element by element. */
public final class LogicRules {
  private LogicRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.ofEntries(
        entry("And", binary(NDArray::logicalAnd)),
        entry("Or", binary(NDArray::logicalOr)),
        entry("Xor", binary(NDArray::logicalXor)),
        entry("Not", unary(NDArray::logicalNot)),
        entry("Equal", binary((a, b) -> JniUtils.eq(pt(a), pt(b)))),
        entry("Greater", binary((a, b) -> JniUtils.gt(pt(a), pt(b)))),
        entry("Less", binary((a, b) -> JniUtils.lt(pt(a), pt(b)))),
        entry("GreaterOrEqual", binary((a, b) -> JniUtils.gte(pt(a), pt(b)))),
        entry("LessOrEqual", binary((a, b) -> JniUtils.lte(pt(a), pt(b)))),
        entry("IsNaN", unary(x -> JniUtils.isNaN(pt(x)))),
        entry("IsInf", LogicRules::isInfinite),
        entry("Where", LogicRules::where));
  }

  private static Operation isInfinite(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    boolean negative = node.intAttribute("detect_negative", 1) != 0;
    boolean positive = node.intAttribute("detect_positive", 1) != 0;
    return (inputs, pass) -> {
      NDArray x = inputs.get(0);
      NDArray above = x.eq(Float.POSITIVE_INFINITY);
      NDArray below = x.eq(Float.NEGATIVE_INFINITY);
      if (negative && positive) {
        return new NDList(above.logicalOr(below));
      } else if (negative || positive) {
        return new NDList(negative ? below : above);
      }
      return new NDList(x.zerosLike().toType(DataType.BOOLEAN, false));
    };
  }

  private static Operation where(Node node, Context context) {
    Values.arity(node, 3, 3, 1);
    return (inputs, pass) -> {
      NDArray condition = inputs.get(0);
      NDArray a = inputs.get(1);
      NDArray b = inputs.get(2);
      Values.broadcast(
          node, Values.dims(condition), Values.broadcast(node, Values.dims(a), Values.dims(b)));
      return new NDList(JniUtils.where(pt(condition), pt(a), pt(b)));
    };
  }
}
