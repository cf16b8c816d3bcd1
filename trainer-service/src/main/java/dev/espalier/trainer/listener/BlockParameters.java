package dev.espalier.trainer.listener;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.optimise.TensorBuffers;
import dev.espalier.trainer.summary.TensorShape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The parameters of a DJL block, by the names that the block gives them. */
final class BlockParameters {
  private final List<Parameter> trained = new ArrayList<>();
  private final List<TensorShape> shapes = new ArrayList<>();
  private final Set<String> untrained = new HashSet<>();

  /**
   * @param block whose parameters are initialised
   * @throws IllegalArgumentException where a parameter's numbers are out of reach; names it
   */
  BlockParameters(Block block) {
    if (block instanceof OnnxNetwork network) {
      untrained.addAll(network.untrained());
    }
    for (Pair<String, Parameter> named : block.getParameters()) {
      Parameter parameter = named.getValue();
      if (!parameter.requiresGradient()) {
        untrained.add(named.getKey());
        continue;
      }
      NDArray array = parameter.getArray();
      if (array.getDataType() != DataType.FLOAT32 || array.getDevice().isGpu()) {
        throw new IllegalArgumentException(
            "parameter \"%s\" is %s on %s: only float32 in the memory of the CPU can be followed"
                .formatted(named.getKey(), array.getDataType(), array.getDevice()));
      }
      trained.add(parameter);
      shapes.add(
          new TensorShape(
              named.getKey(),
              Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray()));
    }
  }

  /** The trained parameters' shapes. */
  List<TensorShape> shapes() {
    return shapes;
  }

  /** Names of the parameters that are not trained, such as running statistics. */
  Set<String> untrained() {
    return untrained;
  }

  /** Lends the memory of the trained parameters and their gradients, in the order of the shapes. */
  void lend(Consumer<List<TensorBuffers>> work) {
    List<NDArray> gradients = new ArrayList<>(trained.size());
    try {
      List<TensorBuffers> buffers = new ArrayList<>(trained.size());
      for (Parameter parameter : trained) {
        NDArray gradient = parameter.getArray().getGradient();
        gradients.add(gradient);
        buffers.add(new TensorBuffers(floats(parameter.getArray()), floats(gradient)));
      }
      work.accept(buffers);
    } finally {
      gradients.forEach(NDArray::close);
    }
  }

  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
