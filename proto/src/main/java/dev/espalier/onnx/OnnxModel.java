package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An immutable ONNX model: read, looked up, walked in order, changed into a new one, written. */
public final class OnnxModel {
  private final ModelProto proto;
  private final List<Node> nodes;
  private final Map<String, Tensor> initializers;
  private final Map<String, Node> producers;
  private final Map<String, List<Node>> consumers;

  private OnnxModel(ModelProto proto) {
    this.proto = proto;
    GraphProto graph = proto.getGraph();
    initializers = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getName().isEmpty()) {
        throw new OnnxException("initialiser " + initializers.size(), "has no name");
      }
      if (initializers.put(tensor.getName(), Tensor.of(tensor)) != null) {
        throw new OnnxException("initialiser \"" + tensor.getName() + "\"", "is there twice");
      }
    }
    nodes = NodeOrder.check(graph, initializers.keySet());
    producers = new LinkedHashMap<>();
    consumers = new LinkedHashMap<>();
    for (Node node : nodes) {
      node.outputs().forEach(value -> producers.put(value, node));
      node.inputs().stream()
          .filter(value -> !value.isEmpty())
          .distinct()
          .forEach(value -> consumers.computeIfAbsent(value, v -> new ArrayList<>()).add(node));
    }
  }

  /**
   * @throws OnnxException where the message is no valid model; says where
   */
  public static OnnxModel of(ModelProto proto) {
    if (!proto.hasGraph() || proto.getOpsetImportCount() == 0) {
      throw new OnnxException("model", "not an ONNX model: it has no graph or no opset");
    }
    return new OnnxModel(proto);
  }

  /**
   * @throws OnnxException where the bytes are no valid model
   */
  public static OnnxModel parse(byte[] bytes) {
    try {
      return of(ModelProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("model", "not an ONNX model: " + e.getMessage(), e);
    }
  }

  /**
   * @throws IOException where the file cannot be read
   * @throws OnnxException where it is no valid model
   */
  public static OnnxModel read(Path file) throws IOException {
    return parse(Files.readAllBytes(file));
  }

  /** Writes the model whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, bytes());
  }

  public ModelProto proto() {
    return proto;
  }

  public byte[] bytes() {
    return proto.toByteArray();
  }

  /** SHA-256 of {@link #bytes}, 64 lower-case hexadecimal digits. */
  public String digest() {
    return digest(bytes());
  }

  /** SHA-256, 64 lower-case hexadecimal digits. */
  public static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The nodes in an order of evaluation. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Initialisers by name, in the file's order. */
  public Map<String, Tensor> initializers() {
    return java.util.Collections.unmodifiableMap(initializers);
  }

  /** Graph inputs that a caller feeds: those without an initialiser. */
  public List<ValueInfoProto> inputs() {
    return proto.getGraph().getInputList().stream()
        .filter(input -> !initializers.containsKey(input.getName()))
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
}
