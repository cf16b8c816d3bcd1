package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An immutable ONNX model: read, looked up, walked in order, changed into a new one, written. All
 * data is inside, whatever files it came from, and so a model is always written as one file.
 */
public final class OnnxModel {
  /** Bytes that a model may have as one file, just below 2 GiB. */
  public static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final ModelProto proto;
  private final List<Node> nodes;
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Map<String, int[]> opaque = new LinkedHashMap<>();
  private final Map<String, Node> producers;
  private final Map<String, List<Node>> consumers;

  private OnnxModel(ModelProto proto) {
    this.proto = proto;
    for (TensorProto tensor : proto.getGraph().getInitializerList()) {
      initializer(tensor);
    }
    nodes = NodeOrder.check(proto.getGraph());
    producers = new LinkedHashMap<>();
    consumers = new LinkedHashMap<>();
    for (Node node : nodes) {
      node.outputs().stream()
          .filter(value -> !value.isEmpty())
          .forEach(value -> producers.put(value, node));
      node.inputs().stream()
          .filter(value -> !value.isEmpty())
          .distinct()
          .forEach(value -> consumers.computeIfAbsent(value, v -> new ArrayList<>()).add(node));
    }
  }

  private void initializer(TensorProto tensor) {
    String name = tensor.getName();
    if (name.isEmpty()) {
      throw new OnnxException(
          "initialiser " + (initializers.size() + opaque.size()), "has no name");
    }
    String place = "initialiser \"" + name + "\"";
    if (initializers.containsKey(name) || opaque.containsKey(name)) {
      throw new OnnxException(place, "is there twice");
    }
    if (TensorReader.opaque(tensor, place)) {
      opaque.put(name, TensorReader.dims(tensor, place));
    } else {
      initializers.put(name, Tensor.of(tensor));
    }
  }

  /**
   * @throws OnnxException where the message is no valid model, or has external data; says where
   */
  public static OnnxModel of(ModelProto proto) {
    if (!proto.hasGraph() || proto.getOpsetImportCount() == 0) {
      throw new OnnxException("model", "not an ONNX model: it has no graph or no opset");
    }
    ExternalData.refuse(proto);
    return new OnnxModel(proto);
  }

  /**
   * Takes the array over: tensors are views of it, so it must not be changed any more.
   *
   * @throws OnnxException where the bytes are no valid model, or it has external data
   */
  public static OnnxModel parse(byte[] bytes) {
    return of(message(UnsafeByteOperations.unsafeWrap(bytes)));
  }

  /**
   * Maps the file and what external data it names, so that the weights cost no heap. The files may
   * be replaced or deleted while the model is in use, but not changed in place.
   *
   * @throws IOException where a file cannot be read
   * @throws OnnxException where it is no valid model, has 2 GiB or more, or names external data
   *     that does not fit or does not lie in its folder
   */
  public static OnnxModel read(Path file) throws IOException {
    ByteString bytes = FileBytes.whole(file);
    Path folder = file.toAbsolutePath().getParent();
    return of(ExternalData.inline(message(bytes), folder, bytes.size()));
  }

  private static ModelProto message(ByteString bytes) {
    try {
      CodedInputStream in = bytes.newCodedInput();
      in.enableAliasing(true);
      ModelProto proto = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
      return proto;
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("model", "not an ONNX model: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes the model whole or not at all, and all of it in one file.
   *
   * @throws OnnxException where that file would reach 2 GiB
   */
  public void write(Path file) throws IOException {
    checkSize();
    AtomicFile.write(file, out -> Digests.write(proto, out));
  }

  public ModelProto proto() {
    return proto;
  }

  /**
   * The model as one file, a fresh array.
   *
   * @throws OnnxException where that would reach 2 GiB
   */
  public byte[] bytes() {
    checkSize();
    return proto.toByteArray();
  }

  private void checkSize() {
    int size = proto.getSerializedSize();
    if (size < 0 || size > MOST_BYTES) {
      throw new OnnxException("model", "reaches 2 GiB, more than one file can have");
    }
  }

  /** SHA-256 of {@link #bytes}, 64 lower-case hexadecimal digits; makes no copy of them. */
  public String digest() {
    checkSize();
    return Digests.of(proto);
  }

  /** SHA-256, 64 lower-case hexadecimal digits. */
  public static String digest(byte[] bytes) {
    return Digests.of(bytes);
  }

  /** SHA-256 of a file's bytes, 64 lower-case hexadecimal digits; holds no copy of them. */
  public static String digest(Path file) throws IOException {
    return Digests.of(file);
  }

  /** The nodes in an order of evaluation. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Initialisers by name, in the file's order. */
  public Map<String, Tensor> initializers() {
    return Collections.unmodifiableMap(initializers);
  }

  /**
   * Dims by name of the initialisers whose element type {@link Tensor} does not hold: strings,
   * complex numbers, and floats and integers of 8 bits or less that only quantised models use. The
   * model has them and keeps them as they are.
   */
  public Map<String, int[]> opaque() {
    return Collections.unmodifiableMap(opaque);
  }

  /** Graph inputs that a caller feeds: those without an initialiser. */
  public List<ValueInfoProto> inputs() {
    return proto.getGraph().getInputList().stream()
        .filter(input -> !initializers.containsKey(input.getName()))
        .filter(input -> !opaque.containsKey(input.getName()))
        .toList();
  }

  public List<ValueInfoProto> outputs() {
    return proto.getGraph().getOutputList();
  }

  /** The node that makes a value; empty for graph inputs and initialisers. */
  public Optional<Node> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The nodes that read a value, in order, each once. */
  public List<Node> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** Version of ONNX' own operator set, 0 where the model imports none. */
  public long opset() {
    return proto.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToLong(o -> o.getVersion())
        .findFirst()
        .orElse(0);
  }

  /** The model's metadata properties. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return metadata;
  }

  /** Scalars in all floating-point initialisers: what can be trained, and what is counted. */
  public long parameters() {
    return initializers.values().stream()
        .filter(Tensor::isFloatingPoint)
        .mapToLong(Tensor::size)
        .sum();
  }

  /** This model with the given initialisers in the place of those of the same name. */
  public OnnxModel withInitializers(Collection<Tensor> changed) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    changed.forEach(tensor -> byName.put(tensor.name(), tensor));
    ModelProto.Builder model = proto.toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      Tensor tensor = byName.remove(graph.getInitializer(i).getName());
      if (tensor != null) {
        graph.setInitializer(i, tensor.toProto());
      }
    }
    if (!byName.isEmpty()) {
      throw new OnnxException(
          "initialiser \"" + byName.keySet().iterator().next() + "\"", "is unknown");
    }
    return of(model.build());
  }

  /**
   * An equal model in which every {@code Constant} node of the main graph is an initialiser, named
   * like the node's output; strings and sparse values stay nodes.
   *
   * @return this model where there is no such node
   */
  public OnnxModel withConstantsLifted() {
    ModelProto lifted = ConstantNodes.lift(proto);
    return lifted == proto ? this : of(lifted);
  }
}
