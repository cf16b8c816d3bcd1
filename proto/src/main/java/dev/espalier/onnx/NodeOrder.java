package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the nodes of a graph into an order of evaluation, the file's own where that is one. What a
 * node's sub-graphs read from around them counts as its input.
 */
final class NodeOrder {
  private final GraphProto graph;
  private final Set<String> given;
  private final Map<String, Integer> producer = new HashMap<>();
  private final int[] missing;
  private final List<List<Integer>> readers;

  private NodeOrder(GraphProto graph) {
    this.graph = graph;
    given = Captured.given(graph);
    missing = new int[graph.getNodeCount()];
    readers = new ArrayList<>(missing.length);
  }

  /**
   * @throws OnnxException where a value is made twice, is never made, or depends on itself
   */
  static List<Node> check(GraphProto graph) {
    NodeOrder order = new NodeOrder(graph);
    order.findProducers();
    order.findReaders();
    graph.getOutputList().forEach(output -> order.checkOutput(output.getName()));
    return order.sort();
  }

  private void findProducers() {
    for (int i = 0; i < missing.length; i++) {
      readers.add(new ArrayList<>());
      for (String value : graph.getNode(i).getOutputList()) {
        if (value.isEmpty()) {
          continue;
        }
        if (given.contains(value) || producer.put(value, i) != null) {
          throw new OnnxException(place(i), "output \"" + value + "\" is made twice");
        }
      }
    }
  }

  private void findReaders() {
    for (int i = 0; i < missing.length; i++) {
      for (String value : inputs(i)) {
        Integer from = producer.get(value);
        if (from == null) {
          boolean own = graph.getNode(i).getInputList().contains(value);
          throw new OnnxException(
              place(i),
              (own ? "input \"%s\"" : "\"%s\", which its sub-graph reads,").formatted(value)
                  + " is never made");
        }
        readers.get(from).add(i);
        missing[i]++;
      }
    }
  }

  /** What a node and its sub-graphs read of other nodes, each once. */
  private Set<String> inputs(int i) {
    NodeProto node = graph.getNode(i);
    Set<String> inputs = new LinkedHashSet<>(node.getInputList());
    inputs.addAll(Captured.of(node));
    inputs.removeIf(value -> value.isEmpty() || given.contains(value));
    return inputs;
  }

  private void checkOutput(String output) {
    if (!producer.containsKey(output) && !given.contains(output)) {
      throw new OnnxException("graph output \"" + output + "\"", "is never made");
    }
  }

  private List<Node> sort() {
    List<Node> order = new ArrayList<>(missing.length);
    Deque<Integer> ready = new ArrayDeque<>();
    boolean[] done = new boolean[missing.length];
    int next = 0;
    while (order.size() < missing.length) {
      if (ready.isEmpty()) {
        while (next < missing.length && (done[next] || missing[next] > 0)) {
          next++;
        }
        if (next == missing.length) {
          throw cycle(done);
        }
        ready.add(next);
      }
      int i = ready.poll();
      done[i] = true;
      order.add(new Node(order.size(), graph.getNode(i)));
      for (int reader : readers.get(i)) {
        if (--missing[reader] == 0 && reader < next) {
          ready.add(reader);
        }
      }
    }
    return List.copyOf(order);
  }

  /** Walks from any node that is left against the edges: in the end it goes round a cycle. */
  private OnnxException cycle(boolean[] done) {
    int at = 0;
    while (done[at]) {
      at++;
    }
    Set<Integer> walked = new LinkedHashSet<>();
    while (walked.add(at)) {
      at =
          inputs(at).stream()
              .mapToInt(producer::get)
              .filter(from -> !done[from])
              .findFirst()
              .orElseThrow();
    }
    int closing = at;
    List<Integer> cycle = walked.stream().dropWhile(i -> i != closing).toList();
    int first = cycle.stream().min(Integer::compare).orElseThrow();
    List<String> others = cycle.stream().filter(i -> i != first).limit(4).map(this::place).toList();
    String more = cycle.size() > 5 ? " and " + (cycle.size() - 5) + " more" : "";
    return new OnnxException(
        place(first),
        "depends on its own output"
            + (others.isEmpty() ? "" : " by way of " + String.join(", ", others) + more));
  }

  private String place(int i) {
    NodeProto node = graph.getNode(i);
    return "node " + i + " (" + node.getOpType() + " \"" + node.getName() + "\")";
  }
}
