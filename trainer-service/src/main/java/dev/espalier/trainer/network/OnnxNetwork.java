package dev.espalier.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.trainer.network.OperatorRule.Use;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * An ONNX graph as a DJL block: evaluated with the engine's operators, trained in place. Its
 * parameters are the float32 initialisers that a node reads as weights, under their own names; one
 * that several nodes read is one parameter. Values of {@code Constant} nodes and initialisers of
 * rank 0 are literals and stay as they are; running statistics are updated in training passes. Not
 * safe for use by several threads at once.
 */
public final class OnnxNetwork extends AbstractBlock implements AutoCloseable {
  private record PlanKey(Set<String> feeds, List<String> fetches) {}

  private final OnnxModel model;
  private final OnnxModel lifted;
  private final NDManager manager;
  private final List<String> graphInputs;
  private final List<String> graphOutputs;
  private final List<Operation> operations;
  private final Map<String, NDArray> constants = new HashMap<>();
  private final Statistics statistics = new Statistics();
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
    this.model = model;
    this.type = type;
    lifted = model.withConstantsLifted();
    graphInputs = model.inputs().stream().map(ValueInfoProto::getName).toList();
    graphOutputs = model.outputs().stream().map(ValueInfoProto::getName).toList();
    Context context = new Context(lifted.opset(), lifted.initializers());
    operations = lifted.nodes().stream().map(node -> OperatorRules.bind(node, context)).toList();
    Map<String, Use> uses = InitializerUses.of(model, lifted);
    manager = parent.newSubManager();
    try {
      lifted.initializers().values().forEach(tensor -> add(tensor, uses.get(tensor.name())));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private void add(Tensor tensor, Use use) {
    NDArray array = Initializers.array(tensor, manager, type);
    switch (use) {
      case FIXED -> constants.put(tensor.name(), array);
      case STATISTICS -> statistics.put(tensor.name(), array);
      case TRAINED -> {
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
  }

  /** The parameters' arrays by initialiser name, in the model's order. */
  public Map<String, NDArray> parameterArrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return arrays;
  }

  /** The running statistics' arrays by initialiser name, in the model's order. */
  public Map<String, NDArray> statisticsArrays() {
    return statistics.arrays();
  }

  /** Names of what is no parameter: running statistics, literals, and all that is not float32. */
  public Set<String> untrained() {
    Set<String> names = new LinkedHashSet<>(lifted.initializers().keySet());
    names.removeAll(parameters.keySet());
    return names;
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

  /** Whether it learns, see {@link #training(boolean)}. */
  public boolean training() {
    return training;
  }

  /**
   * Evaluates as much of the graph as the fetches need.
   *
   * @param feeds values by name: graph inputs, intermediate values or initialisers
   * @param fetches names of any values of the graph
   * @return the fetched values in order; the caller closes them (a feed or a parameter that is
   *     fetched comes back as it is)
   * @throws OnnxException where a name is no value of the graph, a needed input is not fed, or a
   *     node cannot take its inputs; names it
   */
  public NDList evaluate(Map<String, NDArray> feeds, List<String> fetches) {
    return evaluate(feeds, fetches, training, name -> parameters.get(name).getArray());
  }

  /**
   * Evaluates a graph with one input and one output.
   *
   * @return the output; the caller closes it
   */
  public NDArray forward(NDArray input) {
    return evaluate(Map.of(graphInputs.getFirst(), input), graphOutputs).singletonOrThrow();
  }

  /** The model with the parameters' and running statistics' present values, else as it was. */
  public OnnxModel toModel() {
    List<Tensor> present = new ArrayList<>();
    parameterArrays().forEach((name, array) -> present.add(Initializers.tensor(name, array)));
    statistics.arrays().forEach((name, array) -> present.add(Initializers.tensor(name, array)));
    return model.withInitializers(present);
  }

  /** Frees what the network holds. */
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
        training,
        name -> store.getValue(parameters.get(name), inputs.head().getDevice(), training));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, NDArray> feeds = new LinkedHashMap<>();
      for (int i = 0; i < inputShapes.length; i++) {
        feeds.put(graphInputs.get(i), manager.zeros(inputShapes[i], type));
      }
      return evaluate(feeds, graphOutputs).getShapes();
    }
  }

  private NDList evaluate(
      Map<String, NDArray> feeds,
      List<String> fetches,
      boolean learns,
      Function<String, NDArray> parameterValue) {
    EvaluationPlan plan =
        plans.computeIfAbsent(
            new PlanKey(Set.copyOf(feeds.keySet()), List.copyOf(fetches)),
            key -> EvaluationPlan.of(lifted, key.feeds(), key.fetches()));
    Function<String, NDArray> held =
        name -> {
          NDArray constant = constants.getOrDefault(name, statistics.arrays().get(name));
          return constant == null ? parameterValue.apply(name) : constant;
        };
    Evaluation evaluation =
        new Evaluation(feeds, held, new Pass(manager, learns, type, statistics));
    plan.nodes().forEach(node -> evaluation.step(node, operations.get(node.index())));
    return evaluation.values(fetches);
  }
}
