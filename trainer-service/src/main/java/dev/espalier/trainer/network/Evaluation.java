package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/** One walk through a graph: the values that are there so far. */
final class Evaluation {
  private final Map<String, NDArray> values;
  private final Function<String, NDArray> held;
  private final Pass pass;
  private long elements;

  /**
   * @param feeds values by name; they stand in the place of what the graph would make
   * @param held values that the network holds, by name
   */
  Evaluation(Map<String, NDArray> feeds, Function<String, NDArray> held, Pass pass) {
    values = new HashMap<>(feeds);
    this.held = held;
    this.pass = pass;
  }

  /** A value that was fed, is held or has been made. */
  NDArray value(String name) {
    NDArray value = values.get(name);
    return value == null ? held.apply(name) : value;
  }

  /** The values of names, in order. */
  NDList values(List<String> names) {
    NDList list = new NDList(names.size());
    names.forEach(name -> list.add(value(name)));
    return list;
  }

  /**
   * Evaluates a node whose inputs are there.
   *
   * @throws OnnxException where it cannot take its inputs, or makes more than {@link ValueSizes}
   *     allows; names it
   */
  void step(Node node, Operation operation) {
    NDList inputs = new NDList(node.inputs().size());
    for (String name : node.inputs()) {
      inputs.add(name.isEmpty() ? null : value(name));
    }
    NDList outputs = apply(node, operation, inputs);
    for (int i = 0; i < node.outputs().size(); i++) {
      String name = node.outputs().get(i);
      if (name.isEmpty()) {
        continue;
      }
      if (i >= outputs.size()) {
        throw new OnnxException("node " + node, "its output \"" + name + "\" is not made");
      }
      NDArray output = outputs.get(i);
      ValueSizes.limit(node, output.getShape().getShape());
      elements += output.size();
      values.putIfAbsent(name, output);
    }
    if (elements > ValueSizes.MOST_TOGETHER) {
      throw new OnnxException(
          "node " + node,
          "the values up to it have more than "
              + ValueSizes.MOST_TOGETHER
              + " elements; lower batch_size or check the model");
    }
  }

  private NDList apply(Node node, Operation operation, NDList inputs) {
    try {
      return operation.apply(inputs, pass);
    } catch (OnnxException e) {
      throw e;
    } catch (RuntimeException e) {
      StringJoiner shapes = new StringJoiner(", ");
      inputs.forEach(input -> shapes.add(input == null ? "none" : input.getShape().toString()));
      throw new OnnxException(
          "node " + node,
          "cannot be evaluated, its inputs are " + shapes + ": " + firstLine(e.getMessage()),
          e);
    }
  }

  private static String firstLine(String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("");
  }
}
