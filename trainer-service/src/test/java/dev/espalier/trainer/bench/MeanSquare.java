package dev.espalier.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.task.Objective;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The mean square of a network's outputs on a fixed batch, which is loaded anew in each step. */
final class MeanSquare implements Objective {
  private final NDManager manager;
  private final Shape shape;
  private final float[] inputs;

  MeanSquare(NDManager manager, int... shape) {
    this.manager = manager;
    this.shape = new Shape(Arrays.stream(shape).asLongStream().toArray());
    inputs = new float[Math.toIntExact(this.shape.size())];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
    }
  }

  @Override
  public int batchesPerEpoch() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void startEpoch(OnnxNetwork network, int epoch) {}

  @Override
  public NDArray loss(OnnxNetwork network, int batch) {
    return network.forward(manager.create(inputs, shape)).square().mean();
  }

  @Override
  public double validate(OnnxNetwork network) {
    return 0;
  }

  @Override
  public String dataDigest() {
    return "";
  }
}
