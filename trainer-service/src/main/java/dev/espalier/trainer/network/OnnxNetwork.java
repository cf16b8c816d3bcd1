package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * An ONNX graph as a DJL block: evaluated with the engine's operators, trained in place. Its
 * parameters are the graph's float32 initialisers under their own names; an initialiser that
 * several nodes read is one parameter. Not safe for use by several threads at once.
 */
public final class OnnxNetwork extends AbstractBlock implements AutoCloseable {
  private record PlanKey(Set<String> feeds, List<String> fetches) {}

  private final OnnxModel model;
  private final NDManager manager;
  private final List<String> graphInputs;
  private final List<String> graphOutputs;
  private final List<Operation> operations;
  private final Map<String, NDArray> constants = new HashMap<>();
  private final Map<PlanKey, EvaluationPlan> plans = new HashMap<>();
  private final DataType type;
  private boolean training;

  /** A float32 network. */
  public OnnxNetwork(OnnxModel model, NDManager parent) {
    this(model, parent, DataType.FLOAT32);
  }

  /**
   * @param model the graph and the initial values
   * @param parent what the parameters' memory belongs to, until {@link #close}
   * @param type FLOAT32, or FLOAT64 to compute in double
   * @throws OnnxException where a node's operator has no rule or an initialiser's type is not
   *     supported; names it
   */
  public OnnxNetwork(OnnxModel model, NDManager parent, DataType type) {
    OperatorRules.check(model);
    this.model = model;
    this.type = type;
    graphInputs = model.inputs().stream().map(ValueInfoProto::getName).toList();
    graphOutputs = model.outputs().stream().map(ValueInfoProto::getName).toList();
    operations = model.nodes().stream().map(OperatorRules::bind).toList();
    manager = parent.newSubManager();
    for (Tensor tensor : model.initializers().values()) {
      NDArray array = Initializers.array(tensor, manager, type);
      if (!Initializers.isParameter(tensor)) {
        constants.put(tensor.name(), array);
        continue;
      }
      array.setRequiresGradient(true);
      addParameter(
          Parameter.builder()
              .setName(tensor.name())
              .setType(Parameter.Type.OTHER)
              .optShape(Initializers.shape(tensor))
              .optArray(array)
              .build());
    }
  }

  /** The parameters' arrays by initialiser name, in the model's order. */
  public Map<String, NDArray> parameterArrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return arrays;
  }

  /** What the network's memory belongs to; arrays to feed may be made by it or a child of it. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Switches between learning and evaluation; a new network evaluates.
   *
   * @param on see {@link Pass#training}
   */
  public void training(boolean on) {
    training = on;
  }

  /**
   * Evaluates as much of the graph as the fetches need.
   *
   * @param feeds values by name: graph inputs, intermediate values or initialisers
   * @param fetches names of any values of the graph
   * @return the fetched values in order; the caller closes them (a feed or a parameter that is
   *     fetched comes back as it is)
   * @throws OnnxException where a name is no value of the graph or a needed input is not fed
   */
  public NDList evaluate(Map<String, NDArray> feeds, List<String> fetches) {
    return evaluate(feeds, fetches, name -> parameters.get(name).getArray());
  }

  /**
   * Evaluates a graph with one input and one output.
   *
   * @return the output; the caller closes it
   */
  public NDArray forward(NDArray input) {
    return evaluate(Map.of(graphInputs.getFirst(), input), graphOutputs).singletonOrThrow();
  }

  /** The model with the parameters' present values. */
  public OnnxModel toModel() {
    return model.withInitializers(
        parameters.entrySet().stream()
            .map(e -> Initializers.tensor(e.getKey(), e.getValue().getArray()))
            .toList());
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    manager.close();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      PairList<String, Object> parametersOfCall) {
    if (inputs.size() != graphInputs.size()) {
      throw new OnnxException(
          "graph inputs", inputs.size() + " are fed, the graph has " + graphInputs.size());
    }
    Map<String, NDArray> feeds = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      feeds.put(graphInputs.get(i), inputs.get(i));
    }
    return evaluate(
        feeds,
        graphOutputs,
        name -> store.getValue(parameters.get(name), inputs.head().getDevice(), training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, NDArray> feeds = new LinkedHashMap<>();
      for (int i = 0; i < inputShapes.length; i++) {
        feeds.put(graphInputs.get(i), scratch.zeros(inputShapes[i]));
      }
      NDList outputs = evaluate(feeds, graphOutputs);
      outputs.attach(scratch);
      return outputs.getShapes();
    }
  }

  private NDList evaluate(
      Map<String, NDArray> feeds, List<String> fetches, Function<String, NDArray> parameterValue) {
    EvaluationPlan plan =
        plans.computeIfAbsent(
            new PlanKey(Set.copyOf(feeds.keySet()), List.copyOf(fetches)),
            key -> EvaluationPlan.of(model, key.feeds(), key.fetches()));
    Map<String, NDArray> values = new HashMap<>(feeds);
    Pass pass = new Pass(manager, training, type);
    for (Node node : plan.nodes()) {
      NDList inputs = new NDList(node.inputs().size());
      for (String name : node.inputs()) {
        inputs.add(name.isEmpty() ? null : value(name, values, parameterValue));
      }
      NDList outputs = operations.get(node.index()).apply(inputs, pass);
      for (int i = 0; i < outputs.size(); i++) {
        values.putIfAbsent(node.outputs().get(i), outputs.get(i));
      }
    }
    NDList fetched = new NDList(fetches.size());
    fetches.forEach(name -> fetched.add(value(name, values, parameterValue)));
    return fetched;
  }

  private NDArray value(
      String name, Map<String, NDArray> values, Function<String, NDArray> parameterValue) {
    NDArray value = values.get(name);
    if (value != null) {
      return value;
    }
    return constants.containsKey(name) ? constants.get(name) : parameterValue.apply(name);
  }
}
