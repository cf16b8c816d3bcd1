package dev.espalier.pruner.cut;

import ai.onnx.proto.OnnxMl.GraphProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Prepared;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Makes integers that one node of the smaller model reads in the place of the old ones. */
final class OwnIntegers {
  private final OnnxModel model;
  private final GraphProto.Builder graph;
  private final Set<String> replaced = new HashSet<>();
  private int made;

  OwnIntegers(OnnxModel model, GraphProto.Builder graph) {
    this.model = model;
    this.graph = graph;
  }

  /** Values that a node no longer reads. */
  Set<String> replaced() {
    return replaced;
  }

  /**
   * @param old the value that was read, or a name to begin with
   * @param values {@link Prepared#VARYING} leaves an element as it is computed
   * @return the value to read
   */
  String replacing(String old, long[] values) {
    replaced.add(old);
    return Arrays.stream(values).anyMatch(value -> value == Prepared.VARYING)
        ? chosen(old, values)
        : literal(old, values);
  }

  /** What varies with a free axis is chosen from what is computed, the rest from a literal. */
  private String chosen(String old, long[] values) {
    Node choice =
        model
            .producer(old)
            .filter(made -> made.operator().equals("Where"))
            .orElseThrow(() -> new IllegalStateException(old + " is no literal"));
    byte[] varies = new byte[values.length];
    long[] known = values.clone();
    for (int i = 0; i < known.length; i++) {
      varies[i] = (byte) (known[i] == Prepared.VARYING ? 1 : 0);
      known[i] = known[i] == Prepared.VARYING ? 1 : known[i];
    }
    String output = name(old);
    String condition = name(choice.inputs().get(0));
    graph.addInitializer(
        new Tensor(
                condition, ElementType.BOOL, new int[] {values.length}, ByteString.copyFrom(varies))
            .toProto());
    graph.addNode(
        choice.proto().toBuilder()
            .setName(output)
            .setInput(0, condition)
            .setInput(2, literal(choice.inputs().get(2), known))
            .setOutput(0, output));
    replaced.add(choice.inputs().get(0));
    replaced.add(choice.inputs().get(2));
    return output;
  }

  /** A tensor as the old one was, of these values; of one axis where the old one is none. */
  private String literal(String old, long[] values) {
    Tensor tensor = model.initializers().get(old);
    boolean scalar = tensor != null && tensor.dims().length != 1;
    Tensor made = Tensor.of(name(old), scalar ? tensor.dims() : new int[] {values.length}, values);
    boolean narrow = tensor != null && tensor.type() == ElementType.INT32;
    graph.addInitializer((narrow ? narrowed(made) : made).toProto());
    return made.name();
  }

  private static Tensor narrowed(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.size()) * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long value : tensor.longs()) {
      bytes.putInt(Math.toIntExact(value));
    }
    return new Tensor(
        tensor.name(), ElementType.INT32, tensor.dims(), ByteString.copyFrom(bytes.flip()));
  }

  private String name(String old) {
    return old + "/cut." + made++;
  }
}
