package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Prepared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts literals into the place of the shape arithmetic that computes them. */
final class Folding {
  private final OnnxModel original;
  private final OnnxModel model;
  private final Evaluations evaluations;
  private final Set<String> names = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private final Set<Integer> arithmetic = new HashSet<>();
  private final Map<String, TensorProto> literals = new LinkedHashMap<>();
  private final Map<String, NodeProto> fixes = new HashMap<>();
  private final Map<String, String> literalNames = new HashMap<>();
  private final Map<String, String> fixedNames = new HashMap<>();
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, long[]> ints = new HashMap<>();

  private Folding(OnnxModel original, OnnxModel model, Evaluations evaluations) {
    this.original = original;
    this.model = model;
    this.evaluations = evaluations;
    names.addAll(model.initializers().keySet());
    model.proto().getGraph().getInputList().forEach(input -> names.add(input.getName()));
    model.nodes().forEach(node -> names.addAll(node.outputs()));
    model.outputs().forEach(output -> used.add(output.getName()));
  }

  /**
   * @param original the model as its file has it
   * @param model the same with its {@code Constant} nodes lifted
   * @param inputShapes those that the caller gave
   */
  static Prepared of(
      OnnxModel original,
      OnnxModel model,
      Evaluations evaluations,
      Map<String, long[]> inputShapes) {
    return new Folding(original, model, evaluations).fold(inputShapes);
  }

  private Prepared fold(Map<String, long[]> inputShapes) {
    List<NodeProto> kept = new ArrayList<>();
    for (Node node : model.nodes().reversed()) {
      boolean computed = evaluations.first().contents().containsKey(firstOutput(node));
      if (!computed || node.outputs().stream().anyMatch(used::contains)) {
        kept.add(folded(node));
      }
    }
    ModelProto.Builder folded = model.proto().toBuilder();
    GraphProto.Builder graph = folded.getGraphBuilder().clearNode();
    Set<String> fixed = new HashSet<>();
    for (NodeProto node : kept.reversed()) {
      for (String input : node.getInputList()) {
        if (fixes.containsKey(input) && fixed.add(input)) {
          graph.addNode(fixes.get(input));
        }
      }
      graph.addNode(node);
    }
    dropUnused(graph);
    literals.values().forEach(graph::addInitializer);
    OnnxModel result = OnnxModel.of(folded.build());
    return new Prepared(original, result, shapes(result), ints(result), inputShapes);
  }

  private static String firstOutput(Node node) {
    return node.outputs().isEmpty() ? "" : node.output();
  }

  private NodeProto folded(Node node) {
    NodeProto proto = node.proto();
    // Arithmetic reads literals too where it can, so that it depends on no length that is known.
    boolean arithmetic = arithmetic(node);
    NodeProto.Builder changed = proto.toBuilder();
    for (int i = 0; i < proto.getInputCount(); i++) {
      int position = i;
      replacement(node, i, arithmetic).ifPresent(input -> changed.setInput(position, input));
    }
    proto = changed.build();
    used.addAll(proto.getInputList());
    used.addAll(node.captured());
    return proto;
  }

  /** True for a node that computes integers, or truths from which integers are computed. */
  private boolean arithmetic(Node node) {
    Content made = evaluations.first().contents().get(firstOutput(node));
    boolean does =
        made != null
            && made.longs() != null
            && (made.integer()
                || model.consumers(node.output()).stream()
                    .anyMatch(reader -> arithmetic.contains(reader.index())));
    if (does) {
      arithmetic.add(node.index());
    }
    return does;
  }

  private Optional<String> replacement(Node node, int position, boolean arithmetic) {
    String value = node.inputs().get(position);
    Content content = evaluations.first().contents().get(value);
    if (content == null || model.initializers().containsKey(value)) {
      return Optional.empty();
    }
    if (!content.integer()) {
      boolean scales = node.operator().equals("Resize") && position > 0;
      return scales && evaluations.constant(value)
          ? Optional.of(literal(value, content))
          : Optional.empty();
    }
    Optional<long[]> entries = evaluations.entries(value);
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    if (evaluations.constant(value)) {
      return Optional.of(literal(value, content));
    }
    if (arithmetic) {
      return Optional.empty();
    }
    if (position == 1) {
      Optional<long[]> target = evaluations.target(node, entries.get());
      if (target.isPresent()) {
        return Optional.of(
            literal(value, new Content(content.type(), content.dims(), target.get(), null)));
      }
    }
    return Optional.of(fixedNames.computeIfAbsent(value, v -> fixed(v, content, entries.get())));
  }

  /** The name of an initialiser with this content, the same one for the same value and content. */
  private String literal(String value, Content content) {
    String key = value + Arrays.toString(content.longs()) + Arrays.toString(content.reals());
    return literalNames.computeIfAbsent(
        key,
        k -> {
          String name = fresh(value + "/literal");
          literals.put(name, content.toProto(name));
          shapes.put(name, content.shape());
          if (content.integer()) {
            ints.put(name, content.longs());
          }
          return name;
        });
  }

  private String fixed(String value, Content content, long[] entries) {
    long[] varies = Arrays.stream(entries).map(e -> e == Prepared.VARYING ? 1 : 0).toArray();
    String mask = literalNamed(value + "/varies", varies, content.dims());
    String name = fresh(value + "/fixed");
    String literal = literal(value, content);
    fixes.put(
        name,
        NodeProto.newBuilder()
            .setOpType("Where")
            .setName(fresh(value + "/entries that free axes do not change"))
            .addInput(mask)
            .addInput(value)
            .addInput(literal)
            .addOutput(name)
            .build());
    used.add(value);
    shapes.put(name, content.shape());
    ints.put(name, entries);
    return name;
  }

  private String literalNamed(String wanted, long[] truth, int[] dims) {
    String name = fresh(wanted);
    Content content = new Content(ElementType.BOOL, dims, truth, null);
    literals.put(name, content.toProto(name));
    shapes.put(name, content.shape());
    return name;
  }

  private String fresh(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name += "_";
    }
    return name;
  }

  /** Drops what only the dropped nodes read, and what is said of values that are gone. */
  private void dropUnused(GraphProto.Builder graph) {
    Set<String> gone = new HashSet<>();
    for (Tensor tensor : model.initializers().values()) {
      String name = tensor.name();
      boolean lifted = !original.initializers().containsKey(name);
      if (!used.contains(name) && (lifted || Content.integer(tensor.type()))) {
        gone.add(name);
      }
    }
    List<TensorProto> initializers = List.copyOf(graph.getInitializerList());
    graph.clearInitializer();
    initializers.stream().filter(t -> !gone.contains(t.getName())).forEach(graph::addInitializer);
    List<ValueInfoProto> inputs = List.copyOf(graph.getInputList());
    graph.clearInput();
    inputs.stream().filter(i -> !gone.contains(i.getName())).forEach(graph::addInput);
    Set<String> made = new HashSet<>();
    graph.getNodeList().forEach(node -> made.addAll(node.getOutputList()));
    List<ValueInfoProto> infos = List.copyOf(graph.getValueInfoList());
    graph.clearValueInfo();
    infos.stream().filter(info -> made.contains(info.getName())).forEach(graph::addValueInfo);
  }

  private Map<String, long[]> shapes(OnnxModel result) {
    Set<String> there = new HashSet<>(result.initializers().keySet());
    result.inputs().forEach(input -> there.add(input.getName()));
    result.nodes().forEach(node -> there.addAll(node.outputs()));
    evaluations
        .first()
        .shapes()
        .forEach(
            (name, shape) -> {
              if (there.contains(name)) {
                shapes.put(name, shape);
              }
            });
    return shapes;
  }

  private Map<String, long[]> ints(OnnxModel result) {
    evaluations
        .first()
        .contents()
        .forEach(
            (name, content) -> {
              if (content.integer() && result.initializers().containsKey(name)) {
                ints.put(name, content.longs());
              } else if (content.integer() && result.producer(name).isPresent()) {
                evaluations.entries(name).ifPresent(entries -> ints.put(name, entries));
              }
            });
    return ints;
  }
}
