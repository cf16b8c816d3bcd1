package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.ElementTypes;
import dev.espalier.trainer.network.Initializers;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.ValueSizes;
import java.util.Arrays;
import java.util.Map;

/** Operators that make values from shapes and numbers, and those that change element types. */
public final class ConstantRules {
  private ConstantRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    OperatorRule range = ConstantRules::range;
    return Map.of(
        "Shape", ConstantRules::shape,
        "Size", ConstantRules::size,
        "ConstantOfShape", ConstantRules::constantOfShape,
        "Range", range.fixedFrom(0),
        "Cast", ConstantRules::cast,
        "CastLike", ConstantRules::castLike);
  }

  private static Operation shape(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    long start = node.intAttribute("start", 0);
    long end = node.intAttribute("end", Long.MAX_VALUE);
    return (inputs, pass) -> {
      long[] dims = Values.dims(inputs.get(0));
      int from = Math.clamp(start < 0 ? start + dims.length : start, 0, dims.length);
      int to = Math.clamp(end < 0 ? end + dims.length : end, from, dims.length);
      long[] part = Arrays.copyOfRange(dims, from, to);
      return new NDList(
          part.length == 0
              ? pass.manager().create(new Shape(0), DataType.INT64)
              : pass.manager().create(part));
    };
  }

  private static Operation size(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    return (inputs, pass) -> new NDList(pass.manager().create(inputs.get(0).size()));
  }

  /** Zero of float32 where no value is given. */
  private static Operation constantOfShape(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    Tensor value =
        node.attribute("value")
            .map(AttributeProto::getT)
            .map(Tensor::of)
            .orElse(Tensor.of("value", new int[] {1}, new float[1]));
    if (value.size() != 1) {
      throw Values.declined(node, "its value has " + value.size() + " elements, not 1");
    }
    ElementTypes.engine(value.type(), DataType.FLOAT32, "node " + node);
    return (inputs, pass) -> {
      long[] shape = Values.longs(inputs.get(0));
      if (Arrays.stream(shape).anyMatch(dim -> dim < 0)) {
        throw Values.declined(node, "is asked for the shape " + Arrays.toString(shape));
      }
      ValueSizes.limit(node, shape);
      NDArray one = Initializers.array(value, pass.manager(), pass.type());
      return new NDList(
          JniUtils.broadcast(pt(one.reshape(new Shape())), new Shape(shape)).duplicate());
    };
  }

  private static Operation range(Node node, Context context) {
    Values.arity(node, 3, 3, 1);
    return (inputs, pass) -> {
      NDArray start = inputs.get(0);
      double from = Values.number(start);
      double to = Values.number(inputs.get(1));
      double step = Values.number(inputs.get(2));
      double count = Math.max(0, Math.ceil((to - from) / step));
      if (step == 0 || Double.isNaN(count)) {
        throw Values.declined(node, "range from " + from + " to " + to + " by " + step);
      }
      ValueSizes.limitInJava(node, (long) count);
      if (count == 0) {
        return new NDList(pass.manager().create(new Shape(0), start.getDataType()));
      }
      double[] values = new double[(int) count];
      for (int i = 0; i < values.length; i++) {
        values[i] = from + i * step;
      }
      return new NDList(pass.manager().create(values).toType(start.getDataType(), false));
    };
  }

  private static Operation cast(Node node, Context context) {
    Values.arity(node, 1, 1, 1);
    int code = (int) node.intAttribute("to", 0);
    ElementTypes.engine(code, DataType.FLOAT32, "node " + node);
    return (inputs, pass) ->
        new NDList(cast(inputs.get(0), ElementTypes.engine(code, pass.type(), "node " + node)));
  }

  private static Operation castLike(Node node, Context context) {
    Values.arity(node, 2, 2, 1);
    return (inputs, pass) -> new NDList(cast(inputs.get(0), inputs.get(1).getDataType()));
  }

  private static NDArray cast(NDArray x, DataType type) {
    return x.getDataType() == type ? x : x.toType(type, false);
  }
}
