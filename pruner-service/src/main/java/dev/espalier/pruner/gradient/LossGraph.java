package dev.espalier.pruner.gradient;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Appends a loss to a graph and gives the outputs their gradients. */
final class LossGraph {
  private final OnnxModel model;
  private final Tape tape;
  private final Emitter emit;
  private final GraphProto.Builder graph;
  private final long samples;

  LossGraph(OnnxModel model, Tape tape, GraphProto.Builder graph, long samples) {
    this.model = model;
    this.tape = tape;
    this.emit = tape.emit();
    this.graph = graph;
    this.samples = samples;
  }

  /**
   * @return the name of the loss
   */
  String append(Loss loss) {
    return switch (loss) {
      case Loss.Energy energy -> energy();
      case Loss.MeanSquare square -> meanSquare(checked(square.output()));
      case Loss.CrossEntropy entropy -> crossEntropy(checked(entropy.output()));
    };
  }

  private String checked(String output) {
    if (model.outputs().stream().noneMatch(o -> o.getName().equals(output))
        || !tape.type(output).floatingPoint()) {
      throw new OnnxException(
          "graph output \"" + output + "\"", "there is none of this name and a floating type");
    }
    return output;
  }

  private String energy() {
    List<String> outputs =
        model.outputs().stream()
            .map(ValueInfoProto::getName)
            .filter(output -> tape.type(output).floatingPoint())
            .toList();
    if (outputs.isEmpty()) {
      throw new OnnxException("model", "has no floating-point output to take a loss of");
    }
    ElementType type = tape.type(outputs.getFirst());
    String sum = null;
    for (String output : outputs) {
      String scale = tape.number(output, 1.0 / samples);
      tape.give(output, emit.node("Mul", output, scale));
      String half = emit.node("Mul", emit.node("Mul", output, output), tape.number(output, 0.5));
      String energy = total(emit.node("Mul", half, scale), output);
      energy = tape.type(output) == type ? energy : emit.cast(energy, type);
      sum = sum == null ? energy : emit.node("Add", sum, energy);
    }
    return sum;
  }

  private String meanSquare(String output) {
    long[] shape = tape.shape(output);
    label(tape.type(output), shape);
    String scale = tape.number(output, 1.0 / Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    String difference = emit.node("Sub", output, Loss.LABELS);
    String scaled = emit.node("Mul", difference, scale);
    tape.give(output, emit.node("Add", scaled, scaled));
    return total(emit.node("Mul", difference, scaled), output);
  }

  private String crossEntropy(String output) {
    long[] shape = tape.shape(output);
    if (shape.length < 2) {
      throw new OnnxException(
          "graph output \"" + output + "\"", "cross-entropy needs classes on axis 1");
    }
    label(ElementType.INT64, labels(shape));
    long[] kept = shape.clone();
    kept[1] = 1;
    int[] classes =
        IntStream.range(0, shape.length).map(axis -> axis == 1 ? (int) shape[1] : 1).toArray();
    long[] column = Arrays.stream(classes).asLongStream().toArray();
    String range =
        emit.reshape(
            emit.integers(IntStream.range(0, classes[1]).asLongStream().toArray()), column);
    String oneHot =
        emit.cast(emit.node("Equal", emit.reshape(Loss.LABELS, kept), range), tape.type(output));
    String largest = emit.max(output, 1);
    String shifted = emit.node("Sub", output, largest);
    String exp = emit.node("Exp", shifted);
    String sum = emit.sum(exp, 1);
    long positions = Arrays.stream(kept).reduce(1, (a, b) -> a * b);
    String scale = tape.number(output, 1.0 / positions);
    tape.give(
        output, emit.node("Mul", emit.node("Sub", emit.node("Div", exp, sum), oneHot), scale));
    String log = emit.node("Sub", emit.node("Log", sum), shifted);
    return total(emit.node("Mul", emit.node("Mul", log, oneHot), scale), output);
  }

  /** The shape of class labels for logits. */
  static long[] labels(long[] logits) {
    return IntStream.range(0, logits.length)
        .filter(axis -> axis != 1)
        .mapToLong(axis -> logits[axis])
        .toArray();
  }

  private String total(String x, String like) {
    int[] all = IntStream.range(0, tape.rank(like)).toArray();
    return emit.reshape(emit.sum(x, all));
  }

  private void label(ElementType type, long[] shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long dim : shape) {
      dims.addDim(Dimension.newBuilder().setDimValue(dim));
    }
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(Loss.LABELS)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(dims))));
  }
}
