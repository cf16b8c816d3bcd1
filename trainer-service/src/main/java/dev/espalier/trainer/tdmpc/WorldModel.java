package dev.espalier.trainer.tdmpc;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxException;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OnnxNetwork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The parts of a world model by name, over a network of the form of {@link TdMpcGraph}. Values are
 * [rows, width]; what is given back belongs to the caller's scope.
 */
final class WorldModel {
  private static final List<String> STEP = List.of(TdMpcGraph.NEXT, TdMpcGraph.REWARD);
  private static final List<String> VALUES = List.of(TdMpcGraph.Q1, TdMpcGraph.Q2);
  private static final List<String> HEADS =
      List.of(TdMpcGraph.REWARD, TdMpcGraph.Q1, TdMpcGraph.Q2);

  private final OnnxNetwork network;

  WorldModel(OnnxNetwork network) {
    this.network = network;
  }

  /**
   * Does something with the network switched to evaluation, as acting and targets want it, and puts
   * it back to what it was.
   */
  <T> T evaluating(Supplier<T> work) {
    boolean learns = network.training();
    network.training(false);
    try {
      return work.get();
    } finally {
      network.training(learns);
    }
  }

  /**
   * Evaluates the network once.
   *
   * @throws InvalidInput where its shapes do not fit together
   */
  void probe() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray action = array(new float[] {0}, 1);
      NDArray z = encode(array(new float[] {1, 0, 0}, 3));
      NDArray next = step(z, action).get(0);
      policy(next);
      if (!next.getShape().equals(z.getShape())
          || values(z, action).get(0).size() != 1
          || policy(z).size() != 1) {
        throw new InvalidInput(
            "model", "z " + z.getShape() + ", z_next " + next.getShape(), "they must be alike");
      }
    } catch (EngineException | OnnxException e) {
      InvalidInput invalid =
          new InvalidInput("model", TdMpcGraph.NAME, "its shapes do not fit: " + e.getMessage());
      invalid.initCause(e);
      throw invalid;
    }
  }

  /** Rows of a width, in the network's memory. */
  NDArray array(float[] values, int width) {
    return network.manager().create(values, new Shape(values.length / width, width));
  }

  NDArray encode(NDArray observation) {
    return network
        .evaluate(Map.of(TdMpcGraph.OBSERVATION, observation), List.of(TdMpcGraph.LATENT))
        .head();
  }

  /** The next latent state and the reward on the way there. */
  NDList step(NDArray z, NDArray action) {
    return network.evaluate(feeds(z, action), STEP);
  }

  NDArray next(NDArray z, NDArray action) {
    return network.evaluate(feeds(z, action), List.of(TdMpcGraph.NEXT)).head();
  }

  /** Reward and both values. */
  NDList heads(NDArray z, NDArray action) {
    return network.evaluate(feeds(z, action), HEADS);
  }

  NDList values(NDArray z, NDArray action) {
    return network.evaluate(feeds(z, action), VALUES);
  }

  /** Both values, through weights that take no gradient; the action passes its gradient on. */
  NDList frozenValues(NDArray z, NDArray action) {
    Map<String, NDArray> feeds = new HashMap<>(feeds(z, action));
    network
        .parameterArrays()
        .forEach(
            (name, parameter) -> {
              if (name.startsWith(TdMpcGraph.Q1 + ".") || name.startsWith(TdMpcGraph.Q2 + ".")) {
                feeds.put(name, parameter.stopGradient());
              }
            });
    return network.evaluate(feeds, VALUES);
  }

  NDArray policy(NDArray z) {
    return network.evaluate(Map.of(TdMpcGraph.LATENT, z), List.of(TdMpcGraph.POLICY)).head();
  }

  /** The policy, and what it is before its tanh. */
  NDList policyAndUnbounded(NDArray z) {
    return network.evaluate(
        Map.of(TdMpcGraph.LATENT, z), List.of(TdMpcGraph.POLICY, TdMpcGraph.UNBOUNDED));
  }

  private static Map<String, NDArray> feeds(NDArray z, NDArray action) {
    return Map.of(TdMpcGraph.LATENT, z, TdMpcGraph.ACTION, action);
  }
}
