package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the nodes of a graph into an order of evaluation, the file's own where that is one. */
final class NodeOrder {
  private NodeOrder() {}

  /**
   * @throws OnnxException where a value is made twice, is never made, or depends on itself
   */
  static List<Node> check(GraphProto graph, Set<String> initializers) {
    Set<String> given = new HashSet<>(initializers);
    graph.getInputList().forEach(input -> given.add(input.getName()));
    graph.getSparseInitializerList().forEach(s -> given.add(s.getValues().getName()));
    Map<String, Integer> producer = producers(graph, given);

    int count = graph.getNodeCount();
    int[] missing = new int[count];
    List<List<Integer>> readers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      readers.add(new ArrayList<>());
    }
    for (int i = 0; i < count; i++) {
      for (String value : new HashSet<>(graph.getNode(i).getInputList())) {
        if (value.isEmpty() || given.contains(value)) {
          continue;
        }
        Integer from = producer.get(value);
        if (from == null) {
          throw new OnnxException(place(graph, i), "input \"" + value + "\" is never made");
        }
        readers.get(from).add(i);
        missing[i]++;
      }
    }
    graph.getOutputList().forEach(output -> checkOutput(output.getName(), producer, given));
    return sort(graph, missing, readers);
  }

  private static Map<String, Integer> producers(GraphProto graph, Set<String> given) {
    Map<String, Integer> producer = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String value : graph.getNode(i).getOutputList()) {
        if (value.isEmpty()) {
          continue;
        }
        if (given.contains(value) || producer.put(value, i) != null) {
          throw new OnnxException(place(graph, i), "output \"" + value + "\" is made twice");
        }
      }
    }
    return producer;
  }

  private static void checkOutput(String output, Map<String, Integer> producer, Set<String> given) {
    if (!producer.containsKey(output) && !given.contains(output)) {
      throw new OnnxException("graph output \"" + output + "\"", "is never made");
    }
  }

  private static List<Node> sort(GraphProto graph, int[] missing, List<List<Integer>> readers) {
    int count = missing.length;
    List<Node> order = new ArrayList<>(count);
    Deque<Integer> ready = new ArrayDeque<>();
    boolean[] done = new boolean[count];
    int next = 0;
    while (order.size() < count) {
      if (ready.isEmpty()) {
        while (next < count && (done[next] || missing[next] > 0)) {
          next++;
        }
        if (next == count) {
          int stuck = firstStuck(done);
          throw new OnnxException(place(graph, stuck), "depends on its own output");
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

  private static int firstStuck(boolean[] done) {
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        return i;
      }
    }
    throw new IllegalStateException(Arrays.toString(done));
  }

  private static String place(GraphProto graph, int i) {
    NodeProto node = graph.getNode(i);
    return "node " + i + " (" + node.getOpType() + " \"" + node.getName() + "\")";
  }
}
