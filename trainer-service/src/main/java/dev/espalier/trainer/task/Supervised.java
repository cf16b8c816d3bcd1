package dev.espalier.trainer.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.Examples;
import dev.espalier.trainer.data.Samples;
import dev.espalier.trainer.network.OnnxNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Fits a network to samples: a graph's first output, for its one input x, to y. Batches are of the
 * samples in an order that is drawn anew each epoch; the last one may be smaller.
 */
public final class Supervised implements Objective {
  private final Dataset data;
  private final Loss loss;
  private final long seed;
  private final int batchSize;
  private final boolean whole;
  private final String input;
  private final String output;
  private final Span labels;
  private final Side training;
  private final Side validation;
  private int epoch;
  private int[] order;

  /** Samples and the memory that they reach the engine through. */
  private record Side(Samples samples, Batches x, Batches y) {
    static Side of(Samples samples, boolean longs, Loss loss, int batchSize) {
      Batches x = new Batches(samples.x(), longs, batchSize);
      Batches y =
          samples.y().map(labels -> new Batches(labels, loss.classes(), batchSize)).orElse(null);
      return new Side(samples, x, y);
    }
  }

  /** The least and the greatest of all y. */
  private record Span(double least, double most) {
    static Span of(Dataset data) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (Samples samples : List.of(data.training(), data.validation())) {
        Examples y = samples.y().orElse(samples.x());
        ByteBuffer memory =
            ByteBuffer.allocate(y.size() * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < y.count(); i++) {
          y.copy(i, memory.asFloatBuffer());
          for (int e = 0; e < y.size(); e++) {
            least = Math.min(least, memory.getFloat(e * Float.BYTES));
            most = Math.max(most, memory.getFloat(e * Float.BYTES));
          }
        }
      }
      return new Span(least, most);
    }
  }

  /**
   * @param model the graph that is trained
   * @param data what it learns from
   * @param batchSize most samples of a batch, at least 1
   * @param seed seed of the order of the samples
   * @throws InvalidInput where model and data do not fit together; says what does not
   */
  public Supervised(OnnxModel model, Dataset data, Loss loss, int batchSize, long seed) {
    this.data = data;
    this.loss = loss;
    this.batchSize = batchSize;
    this.seed = seed;
    ValueInfoProto fed = Fit.check(model, data, loss, batchSize);
    labels = loss == Loss.MSE ? new Span(0, 0) : Span.of(data);
    loss.checkSpan(labels.least(), labels.most());
    whole = Fit.fixedBatch(fed);
    input = fed.getName();
    output = model.outputs().getFirst().getName();
    boolean longs = fed.getType().getTensorType().getElemType() == ElementType.INT64.code();
    training = Side.of(data.training(), longs, loss, batchSize);
    validation = Side.of(data.validation(), longs, loss, batchSize);
  }

  @Override
  public int batchesPerEpoch() {
    return batches(data.training().count());
  }

  @Override
  public void startEpoch(OnnxNetwork network, int next) {
    epoch = next;
    SplittableRandom random = new SplittableRandom(seed);
    for (int before = 0; before < next; before++) {
      random.split();
    }
    order = Examples.shuffled(data.training().count(), random.split());
  }

  @Override
  public NDArray loss(OnnxNetwork network, int batch) {
    int from = batch * batchSize;
    return loss(network, training, order, from, Math.min(order.length, from + batchSize));
  }

  @Override
  public double validate(OnnxNetwork network) {
    int count = data.validation().count();
    int[] all = Examples.order(count);
    double sum = 0;
    int seen = 0;
    for (int batch = 0; batch < batches(count); batch++) {
      int from = batch * batchSize;
      int to = Math.min(count, from + batchSize);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        sum += (double) loss(network, validation, all, from, to).getFloat() * (to - from);
      }
      seen += to - from;
    }
    return sum / seen;
  }

  @Override
  public String dataDigest() {
    return data.digest();
  }

  @Override
  public byte[] state() {
    return ByteBuffer.allocate(Integer.BYTES).putInt(epoch).array();
  }

  @Override
  public void restore(OnnxNetwork network, byte[] state) {
    if (state.length != Integer.BYTES) {
      throw new IllegalArgumentException("state has " + state.length + " bytes, not 4");
    }
    startEpoch(network, ByteBuffer.wrap(state).getInt());
  }

  /** Where a graph takes batches of one size only, the samples that are left over are left out. */
  private int batches(int count) {
    return whole ? count / batchSize : (count + batchSize - 1) / batchSize;
  }

  private NDArray loss(OnnxNetwork network, Side side, int[] indices, int from, int to) {
    NDArray x = side.x().load(indices, from, to, network.manager());
    NDArray made = network.evaluate(Map.of(input, x), List.of(output)).singletonOrThrow();
    NDArray target = side.y() == null ? x : side.y().load(indices, from, to, network.manager());
    return loss.of(made, fitted(made.getShape(), target));
  }

  /** The target as the loss takes it; one axis of length 1 more or less is no matter. */
  private NDArray fitted(Shape made, NDArray target) {
    Shape wanted = made;
    if (loss.classes()) {
      if (made.dimension() < 2 || labels.most() >= made.get(1)) {
        throw new InvalidInput(
            "y",
            (long) labels.most(),
            "output \"" + output + "\" is " + made + ": classes lie on its axis 1");
      }
      wanted = made.slice(0, 1).addAll(made.slice(2));
    }
    if (target.getShape().equals(wanted)) {
      return target;
    }
    if (target.getShape().size() != wanted.size() || target.getShape().get(0) != wanted.get(0)) {
      throw new InvalidInput(
          data.training().y().isPresent() ? "y" : "x",
          target.getShape(),
          "does not fit output \"" + output + "\" of " + made + " for the " + loss + " loss");
    }
    return target.reshape(wanted);
  }
}
