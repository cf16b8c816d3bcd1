package dev.espalier.pruner.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.runtime.Inputs;
import dev.espalier.pruner.runtime.Session;
import dev.espalier.pruner.runtime.Shapes;
import dev.espalier.pruner.runtime.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Compares gradients with respect to all inputs with central differences of the loss. Inputs lie on
 * odd multiples of 1/32, all different, and are moved by at most 1/32 in all: no kink at a multiple
 * of 1/16 is crossed and no order changes.
 */
final class FiniteDifferences {
  /** Rounding errors that one output may gather, in units of the type's epsilon. */
  private static final double ROUNDINGS = 32;

  private final OnnxModel model;
  private final double h;
  private final double epsilon;
  private final String output;
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private double[] targets;

  private FiniteDifferences(OnnxModel model, ElementType type, boolean positive, long seed) {
    this.model = type == ElementType.DOUBLE ? doubles(model) : model;
    this.h = type == ElementType.DOUBLE ? 0x1p-13 : 0x1p-6;
    this.epsilon = type == ElementType.DOUBLE ? 0x1p-52 : 0x1p-23;
    this.output = model.outputs().getFirst().getName();
    Random random = new Random(seed);
    Map<String, long[]> shapes = Inputs.shapes(this.model, 1);
    int count = shapes.values().stream().mapToInt(s -> (int) Lengths.product(s)).sum();
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(positive ? i + 4 : i - count / 2);
    }
    Collections.shuffle(steps, random);
    shapes.forEach(
        (name, shape) -> {
          double[] elements = new double[(int) Lengths.product(shape)];
          for (int i = 0; i < elements.length; i++) {
            elements[i] = (steps.removeLast() + 0.5) / 16;
          }
          inputs.put(name, new Value(type, shape, elements));
        });
  }

  /** A float32 model as it is, or with everything in float64. */
  static void check(OnnxModel model, ElementType type, boolean positive, long seed) {
    new FiniteDifferences(model, type, positive, seed).check(seed);
  }

  private void check(long seed) {
    Map<String, long[]> shapes = Shapes.of(model);
    Gradients gradients =
        GradientGraph.of(model, shapes, inputs.keySet(), new Loss.MeanSquare(output), 1);
    try (Session plain = Session.open(model);
        Session backward = Session.open(gradients.model())) {
      Value y = plain.run(inputs).get(output);
      Random random = new Random(seed);
      targets = random.doubles(y.elements().length, -1, 1).map(t -> (float) t).toArray();
      Map<String, Value> fed = new LinkedHashMap<>(inputs);
      fed.put(Loss.LABELS, new Value(y.type(), y.shape(), targets));
      Map<String, Value> results = backward.run(fed);
      double loss = loss(y.elements());
      double largest = Arrays.stream(y.elements()).map(Math::abs).max().orElseThrow();
      double tolerance = ROUNDINGS * epsilon * (1 + largest) * (1 + largest);
      assertEquals(loss, results.get(gradients.loss()).elements()[0], tolerance);
      for (Map.Entry<String, Value> input : inputs.entrySet()) {
        String name = gradients.of().get(input.getKey());
        compare(plain, input.getKey(), results.get(name));
      }
    }
  }

  private void compare(Session plain, String name, Value gradient) {
    double[] x = inputs.get(name).elements();
    assertArrayEquals(inputs.get(name).shape(), gradient.shape());
    for (int i = 0; i < x.length; i++) {
      double[] near = difference(plain, x, i, h);
      double[] far = difference(plain, x, i, 2 * h);
      double tolerance = Math.abs(far[0] - near[0]) + near[1] + ROUNDINGS * epsilon * near[0];
      int at = i;
      assertEquals(
          near[0],
          gradient.elements()[i],
          Math.abs(tolerance),
          () -> name + "[" + at + "] of " + model.proto().getGraph().getNodeList());
    }
  }

  /** The central difference of the loss and what rounding may do to it. */
  private double[] difference(Session plain, double[] x, int i, double step) {
    double before = x[i];
    x[i] = before + step;
    double[] above = plain.run(inputs).get(output).elements();
    x[i] = before - step;
    double[] below = plain.run(inputs).get(output).elements();
    x[i] = before;
    double difference = 0;
    double rounding = 0;
    for (int k = 0; k < above.length; k++) {
      if (above[k] != below[k]) {
        double sum = above[k] + below[k] - 2 * targets[k];
        difference += (above[k] - below[k]) * sum;
        rounding += ROUNDINGS * epsilon * (1 + Math.abs(above[k])) * (Math.abs(sum) + epsilon);
      }
    }
    double width = 2 * step * above.length;
    return new double[] {difference / width, rounding / width};
  }

  private double loss(double[] y) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (y[i] - targets[i]) * (y[i] - targets[i]);
    }
    return sum / y.length;
  }

  /** The same model in float64. */
  static OnnxModel doubles(OnnxModel model) {
    ModelProto.Builder proto = model.proto().toBuilder();
    GraphProto.Builder graph = proto.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      Tensor tensor = Tensor.of(graph.getInitializer(i));
      if (tensor.type() == ElementType.FLOAT) {
        ByteBuffer bytes =
            ByteBuffer.allocate((int) tensor.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (float f : tensor.floats()) {
          bytes.putDouble(f);
        }
        ByteString data = ByteString.copyFrom(bytes.flip());
        graph.setInitializer(
            i, new Tensor(tensor.name(), ElementType.DOUBLE, tensor.dims(), data).toProto());
      }
    }
    graph.getInputBuilderList().forEach(FiniteDifferences::toDouble);
    graph.getOutputBuilderList().forEach(FiniteDifferences::toDouble);
    return OnnxModel.of(proto.build());
  }

  private static void toDouble(ValueInfoProto.Builder value) {
    if (value.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT_VALUE) {
      value.getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.DOUBLE_VALUE);
    }
  }
}
