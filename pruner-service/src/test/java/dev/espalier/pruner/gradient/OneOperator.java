package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model of one operator, to be checked against finite differences. */
final class OneOperator {
  private final String operator;
  private final OnnxBuilder builder = new OnnxBuilder("one");
  private final List<String> inputs = new ArrayList<>();
  private final Map<String, Object> attributes = new LinkedHashMap<>();
  private final Random random;
  private boolean positive;
  private int opset = OnnxBuilder.OPSET;

  OneOperator(String operator, long seed) {
    this.operator = operator;
    this.random = new Random(seed);
  }

  OneOperator opset(int version) {
    opset = version;
    return this;
  }

  /** A graph input, whose gradient is checked. */
  OneOperator input(int... dims) {
    inputs.add("x" + inputs.size());
    builder.input(inputs.getLast(), dims);
    return this;
  }

  OneOperator positive() {
    positive = true;
    return this;
  }

  /** Standard normal weights. */
  OneOperator weight(int... dims) {
    return weight(false, dims);
  }

  OneOperator positiveWeight(int... dims) {
    return weight(true, dims);
  }

  private OneOperator weight(boolean above, int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      float value = (float) random.nextGaussian();
      values[i] = above ? Math.abs(value) + 0.25f : value;
    }
    inputs.add("w" + inputs.size());
    builder.initializer(inputs.getLast(), dims, values);
    return this;
  }

  OneOperator scalar(float value) {
    inputs.add("s" + inputs.size());
    builder.initializer(inputs.getLast(), new int[0], new float[] {value});
    return this;
  }

  OneOperator integers(long... values) {
    inputs.add("i" + inputs.size());
    builder.initializer(Tensor.of(inputs.getLast(), new int[] {values.length}, values));
    return this;
  }

  OneOperator without() {
    inputs.add("");
    return this;
  }

  OneOperator with(String attribute, Object value) {
    attributes.put(attribute, value);
    return this;
  }

  OnnxModel model() {
    builder.node(operator, "/one", inputs, "y", attributes);
    ModelProto.Builder model = builder.output("y").build().proto().toBuilder();
    model.getOpsetImportBuilder(0).setVersion(opset);
    model.getGraphBuilder().setOutput(0, ValueInfoProto.newBuilder().setName("y"));
    return OnnxModel.of(model.build());
  }

  void check() {
    FiniteDifferences.check(model(), ElementType.FLOAT, positive, random.nextLong());
  }

  void checkInDouble() {
    FiniteDifferences.check(model(), ElementType.DOUBLE, positive, random.nextLong());
  }
}
