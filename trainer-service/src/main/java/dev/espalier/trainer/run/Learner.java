package dev.espalier.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.optimise.FusedStep;
import dev.espalier.trainer.optimise.TensorBuffers;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.trainer.task.Objective;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A network that learns batch by batch. Used by one thread, the one that made it, and closed by it.
 */
public final class Learner implements AutoCloseable {
  /**
   * What came of a step.
   *
   * @param loss the objective's loss on the batch, before the step
   * @param statistics what its gradient says
   */
  public record Step(double loss, GroupStatistics statistics) {}

  private final NDManager manager;
  private OnnxNetwork network;
  private List<TensorShape> shapes;
  private Adam adam;
  private FusedStep step;

  /** A network that has not learned yet. */
  public Learner(OnnxModel model, AdamSettings settings) {
    this(model, shapes -> new Adam(settings, sizes(shapes)));
  }

  /**
   * A network that goes on learning.
   *
   * @param optimiser gives the optimiser for tensors of the given shapes
   */
  Learner(OnnxModel model, Function<List<TensorShape>, Adam> optimiser) {
    manager = Torch.newManager();
    try {
      network = new OnnxNetwork(model, manager);
      shapes = shapes(network);
      if (shapes.isEmpty()) {
        throw new InvalidInput("model", "no float32 weights", "there is nothing in it to train");
      }
      adam = optimiser.apply(shapes);
      step = new FusedStep(adam);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The parameter tensors, in the order that a membership takes them. */
  public List<TensorShape> shapes() {
    return shapes;
  }

  /** Names of the model's initialisers that are not trained. */
  public Set<String> untrained() {
    return network.untrained();
  }

  /** The model as it stands. */
  public OnnxModel model() {
    return network.toModel();
  }

  OnnxNetwork network() {
    return network;
  }

  Adam adam() {
    return adam;
  }

  /**
   * Learns from one batch.
   *
   * @param batch of the objective's epoch that has begun
   * @param randomness seeds what is random within the network
   * @param sums of the membership's cells; is overwritten
   * @param units takes what the batch says of single units, where that is wanted
   */
  public Step step(
      Objective objective,
      int batch,
      int randomness,
      Membership membership,
      L1Penalty penalty,
      CellSums sums,
      Optional<UnitSums> units) {
    Torch.seed(randomness);
    Torch.recordGradients(true);
    network.training(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray loss = objective.loss(network, batch);
      Torch.backward(loss);
      double value = loss.getFloat();
      step.apply(buffers(), 1, membership, penalty, sums, units);
      objective.stepped(network);
      return new Step(value, sums.statistics(membership));
    } finally {
      network.training(false);
      Torch.recordGradients(false);
    }
  }

  /**
   * A smaller network that can take the place of a learner's.
   *
   * @param shapes its parameter tensors
   * @param untrained names of its other initialisers
   */
  record Successor(OnnxNetwork network, List<TensorShape> shapes, Set<String> untrained, Adam adam)
      implements AutoCloseable {
    @Override
    public void close() {
      network.close();
    }
  }

  /**
   * Makes a smaller network that goes on where this one is: with the optimiser's steps, and its
   * moments of what stays.
   *
   * @param smaller the network, cut
   * @param kept by initialiser and axis the indices that stay; an axis that is not there stays
   *     whole
   * @return to {@link #become} or to close
   * @throws IllegalArgumentException where it trains a tensor that this one does not, or one of
   *     another shape than what stays; names it
   */
  Successor successor(OnnxModel smaller, Map<String, Map<Integer, int[]>> kept) {
    OnnxNetwork next = new OnnxNetwork(smaller, manager);
    try {
      List<TensorShape> after = shapes(next);
      return new Successor(
          next, after, next.untrained(), adam.cut(Successors.kept(shapes, after, kept)));
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
  }

  /** Goes on with a smaller network; this one's is closed. */
  void become(Successor next) {
    network.close();
    network = next.network;
    shapes = next.shapes;
    adam = next.adam;
    step = new FusedStep(adam);
  }

  /** Begins an epoch of the objective. */
  void startEpoch(Objective objective, int epoch) {
    Torch.recordGradients(false);
    objective.startEpoch(network, epoch);
  }

  /** How well the network does by the objective. */
  public double validate(Objective objective) {
    Torch.recordGradients(false);
    return objective.validate(network);
  }

  @Override
  public void close() {
    network.close();
    manager.close();
  }

  private List<TensorBuffers> buffers() {
    List<TensorBuffers> buffers = new ArrayList<>(shapes.size());
    for (NDArray value : network.parameterArrays().values()) {
      buffers.add(new TensorBuffers(floats(value), floats(value.getGradient())));
    }
    return buffers;
  }

  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private static List<TensorShape> shapes(OnnxNetwork network) {
    return network.parameterArrays().entrySet().stream()
        .map(e -> new TensorShape(e.getKey(), dims(e.getValue())))
        .toList();
  }

  private static int[] sizes(List<TensorShape> shapes) {
    return shapes.stream().mapToInt(TensorShape::size).toArray();
  }

  private static int[] dims(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
  }
}
