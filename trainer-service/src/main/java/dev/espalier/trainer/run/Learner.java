package dev.espalier.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.data.Images;
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
import dev.espalier.trainer.task.Task;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network that learns batch by batch. Used by one thread, the one that made it, and closed by it.
 */
public final class Learner implements AutoCloseable {
  /**
   * What came of a step.
   *
   * @param loss the task's loss on the batch, before the step
   * @param statistics what its gradient says
   */
  public record Step(double loss, GroupStatistics statistics) {}

  private final Task task;
  private final int batchSize;
  private final NDManager manager;
  private final OnnxNetwork network;
  private final List<TensorShape> shapes;
  private final FusedStep step;
  private final ByteBuffer batch;

  /**
   * @param batchSize most images that a batch has, at least 1
   */
  public Learner(Task task, OnnxModel model, AdamSettings settings, int batchSize) {
    this.task = task;
    this.batchSize = batchSize;
    manager = Torch.newManager();
    network = new OnnxNetwork(model, manager);
    shapes =
        network.parameterArrays().entrySet().stream()
            .map(e -> new TensorShape(e.getKey(), dims(e.getValue())))
            .toList();
    step = new FusedStep(new Adam(settings, shapes.stream().mapToInt(TensorShape::size).toArray()));
    batch =
        ByteBuffer.allocateDirect(Math.multiplyExact(batchSize, Float.BYTES * task.exampleSize()))
            .order(ByteOrder.nativeOrder());
  }

  /** Most images that a batch has. */
  public int batchSize() {
    return batchSize;
  }

  /** The parameter tensors, in the order that a membership takes them. */
  public List<TensorShape> shapes() {
    return shapes;
  }

  /** The model as it stands. */
  public OnnxModel model() {
    return network.toModel();
  }

  /**
   * Learns from one batch.
   *
   * @param images where the batch is from
   * @param order indices of images
   * @param from where in the order the batch begins
   * @param to where it ends, exclusive; at most the batch size later
   * @param sums of the membership's cells; is overwritten
   */
  public Step step(
      Images images,
      int[] order,
      int from,
      int to,
      Membership membership,
      L1Penalty penalty,
      CellSums sums) {
    Torch.recordGradients(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray loss = task.loss(network, load(images, order, from, to));
      Torch.backward(loss);
      step.apply(buffers(), membership, penalty, sums);
      return new Step(loss.getFloat(), sums.statistics(membership));
    }
  }

  /** The task's mean loss over images. */
  public double validate(Images images) {
    Torch.recordGradients(false);
    int[] order = Images.order(images.count());
    double sum = 0;
    for (int from = 0; from < order.length; from += batchSize) {
      int to = Math.min(order.length, from + batchSize);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray loss = task.loss(network, load(images, order, from, to));
        sum += (double) loss.getFloat() * (to - from);
      }
    }
    return sum / order.length;
  }

  @Override
  public void close() {
    network.close();
    manager.close();
  }

  private NDArray load(Images images, int[] order, int from, int to) {
    FloatBuffer target = batch.asFloatBuffer();
    for (int i = from; i < to; i++) {
      images.copy(order[i], target);
    }
    ByteBuffer used =
        batch.slice(0, target.position() * Float.BYTES).order(ByteOrder.nativeOrder());
    return manager.create(used, new Shape(to - from, task.exampleSize()), DataType.FLOAT32);
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

  private static int[] dims(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
  }
}
