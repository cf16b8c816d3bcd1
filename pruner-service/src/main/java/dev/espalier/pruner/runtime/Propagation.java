package dev.espalier.pruner.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.runtime.Wave.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Walks a graph once from its inputs to its outputs. What shape arithmetic computes is computed;
 * the shapes of everything else ONNX Runtime infers, wave by wave: a wave ends where all that is
 * left waits for a shape that the wave will tell, or where it has so many nodes that ONNX Runtime's
 * time would grow faster than they.
 */
final class Propagation {
  /** Most nodes that ONNX Runtime is asked about at once; from a few thousand on it slows down. */
  private static final int WAVE = 1000;

  /** Most elements of a real tensor that is computed with or that a shape may follow from. */
  private static final int FEW = 64;

  private final OnnxModel model;
  private final ModelProto shell;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Map<String, Content> contents = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, List<Node>> readers = new HashMap<>();
  private final int[] missing;
  private final Deque<Node> ready = new ArrayDeque<>();
  private final List<Node> waiting = new ArrayList<>();
  private final Set<Integer> joined = new HashSet<>();
  private Wave wave;
  private int waveSize;

  private Propagation(OnnxModel model) {
    this.model = model;
    shell = model.proto().toBuilder().clearGraph().clearMetadataProps().build();
    wave = new Wave(shell);
    missing = new int[model.nodes().size()];
  }

  /**
   * What is known of a model's values when its inputs have certain shapes.
   *
   * @param shapes the concrete shapes by value
   * @param contents elements of small initialisers and of what nodes compute of them and of shapes
   */
  record Known(Map<String, long[]> shapes, Map<String, Content> contents) {}

  /**
   * @param inputs the shape of every graph input
   * @throws dev.espalier.onnx.OnnxException where ONNX Runtime refuses a node
   */
  static Known run(OnnxModel model, Map<String, long[]> inputs) {
    Propagation propagation = new Propagation(model);
    propagation.start(inputs);
    propagation.walk();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    propagation.kinds.forEach(
        (name, kind) -> {
          if (kind.concrete()) {
            shapes.put(name, kind.shape());
          }
        });
    return new Known(shapes, propagation.contents);
  }

  private void start(Map<String, long[]> inputs) {
    for (TensorProto proto : model.proto().getGraph().getInitializerList()) {
      initializers.put(proto.getName(), proto);
    }
    for (Map.Entry<String, Tensor> entry : model.initializers().entrySet()) {
      Tensor tensor = entry.getValue();
      long[] shape = new long[tensor.dims().length];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = tensor.dims()[i];
      }
      kinds.put(entry.getKey(), new Kind(tensor.type().code(), shape));
      if (Content.holds(tensor.type()) && tensor.size() <= most(tensor.type())) {
        contents.put(entry.getKey(), Content.of(tensor));
      }
    }
    for (ValueInfoProto input : model.inputs()) {
      int type = input.getType().getTensorType().getElemType();
      kinds.put(input.getName(), new Kind(type, inputs.get(input.getName())));
    }
    for (Node node : model.nodes()) {
      for (String value : reads(node)) {
        if (model.producer(value).isPresent()) {
          readers.computeIfAbsent(value, v -> new ArrayList<>()).add(node);
          missing[node.index()]++;
        }
      }
      if (missing[node.index()] == 0) {
        ready.add(node);
      }
    }
  }

  private static int most(ElementType type) {
    return Content.real(type) ? FEW : Evaluator.MOST_ELEMENTS;
  }

  /** The values that a node reads, each once, those that its sub-graphs take from outside too. */
  static Set<String> reads(Node node) {
    Set<String> values = new HashSet<>(node.inputs());
    values.addAll(node.captured());
    values.remove("");
    return values;
  }

  private void walk() {
    while (!ready.isEmpty() || !wave.isEmpty()) {
      if (ready.isEmpty() || waveSize >= WAVE) {
        endWave();
      } else {
        visit(ready.poll());
      }
    }
  }

  private void visit(Node node) {
    if ((readsShape(node) || node.operator().equals("Slice"))
        && !node.inputs().isEmpty()
        && wave.has(node.inputs().getFirst())
        && !kinds.containsKey(node.inputs().getFirst())) {
      waiting.add(node);
      return;
    }
    Map<String, Content> made = evaluate(node);
    if (made.isEmpty()) {
      join(node);
    }
    made.forEach(
        (output, content) -> {
          contents.put(output, content);
          kinds.put(output, new Kind(content.type().code(), content.shape()));
        });
    made(node);
  }

  private void made(Node node) {
    for (String output : node.outputs()) {
      for (Node reader : readers.getOrDefault(output, List.of())) {
        if (--missing[reader.index()] == 0) {
          ready.add(reader);
        }
      }
    }
  }

  private static boolean readsShape(Node node) {
    return (node.operator().equals("Shape") || node.operator().equals("Size"))
        && node.inputs().size() == 1;
  }

  /** What a node makes, by name; nothing where that cannot be told now. */
  private Map<String, Content> evaluate(Node node) {
    if (readsShape(node)) {
      Kind kind = kinds.get(node.inputs().getFirst());
      return kind != null && kind.concrete()
          ? Map.of(node.output(), shape(node, kind.shape()))
          : Map.of();
    }
    List<Content> inputs = new ArrayList<>(node.inputs().size());
    for (String input : node.inputs()) {
      Content content = contents.get(input);
      if (content == null && !input.isEmpty()) {
        return Map.of();
      }
      inputs.add(content);
    }
    if (inputs.isEmpty()) {
      return Map.of();
    }
    return Evaluator.evaluate(node, inputs)
        .map(content -> Map.of(node.output(), content))
        .or(() -> TinyRun.run(shell, node, inputs))
        .orElse(Map.of());
  }

  private static Content shape(Node node, long[] shape) {
    if (node.operator().equals("Size")) {
      long size = 1;
      for (long dim : shape) {
        size *= dim;
      }
      return Content.of(new int[0], size);
    }
    int start = bound(node.intAttribute("start", 0), shape.length);
    int end = Math.max(start, bound(node.intAttribute("end", shape.length), shape.length));
    return Content.of(new int[] {end - start}, Arrays.copyOfRange(shape, start, end));
  }

  private static int bound(long at, int rank) {
    return (int) Math.clamp(at < 0 ? at + rank : at, 0, rank);
  }

  /**
   * Adds a node to the wave, after the nodes that make what it reads and is no tensor. Where these
   * are more than a wave takes, what the node makes stays unknown.
   */
  private void join(Node node) {
    Deque<Node> pending = new ArrayDeque<>(List.of(node));
    SequencedMap<Integer, Node> together = new LinkedHashMap<>();
    while (!pending.isEmpty()) {
      if (pending.size() + together.size() > WAVE) {
        return;
      }
      Node next = pending.peek();
      List<Node> first = new ArrayList<>();
      reads(next)
          .forEach(
              value ->
                  give(value)
                      .filter(maker -> !together.containsKey(maker.index()))
                      .ifPresent(first::add));
      if (first.isEmpty()) {
        pending.pop();
        together.put(next.index(), next);
      } else {
        first.forEach(pending::push);
      }
    }
    together.forEach(
        (index, each) -> {
          if (joined.add(index)) {
            wave.add(each);
            waveSize++;
          }
        });
  }

  /**
   * Makes a value known to the wave.
   *
   * @return for one that is no tensor the node that makes it and that the wave lacks
   */
  private Optional<Node> give(String value) {
    if (wave.has(value)) {
      return Optional.empty();
    }
    Kind kind = kinds.get(value);
    Content content = contents.get(value);
    if (content != null) {
      TensorProto given = initializers.get(value);
      wave.constant(value, given != null ? given : content.toProto(value));
    } else if (kind != null) {
      wave.input(value, kind);
    } else {
      return model.producer(value);
    }
    return Optional.empty();
  }

  private void endWave() {
    if (!wave.isEmpty()) {
      wave.infer().forEach(kinds::putIfAbsent);
      joined.forEach(index -> Lengths.check(model.nodes().get(index), kinds, contents));
    }
    wave = new Wave(shell);
    joined.clear();
    waveSize = 0;
    List<Node> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(this::visit);
  }
}
