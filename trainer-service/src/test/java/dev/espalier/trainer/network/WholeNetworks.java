package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What must hold for a whole network that is evaluated and trained. */
final class WholeNetworks {
  private static final int TOKENS = 50;

  private WholeNetworks() {}

  /** Random inputs; a free first axis is the batch, other free axes are 8 long. */
  static Map<String, Tensor> inputs(OnnxModel model, int batch, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfoProto input : model.inputs()) {
      List<Dimension> declared = input.getType().getTensorType().getShape().getDimList();
      int[] dims = new int[declared.size()];
      for (int i = 0; i < dims.length; i++) {
        boolean free = !declared.get(i).hasDimValue();
        dims[i] = free ? i == 0 ? batch : 8 : (int) declared.get(i).getDimValue();
      }
      int size = OperatorCase.size(dims);
      boolean tokens = input.getType().getTensorType().getElemType() == ElementType.INT64.code();
      inputs.put(
          input.getName(),
          tokens
              ? Tensor.of(input.getName(), dims, random.longs(size, 0, TOKENS).toArray())
              : Tensor.of(input.getName(), dims, normal(random, size)));
    }
    return inputs;
  }

  static float[] normal(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Map<String, NDArray> feeds(Map<String, Tensor> inputs, NDManager manager) {
    Map<String, NDArray> feeds = new HashMap<>();
    inputs.forEach(
        (name, tensor) -> feeds.put(name, Initializers.array(tensor, manager, DataType.FLOAT32)));
    return feeds;
  }

  private static List<String> outputs(OnnxModel model) {
    return model.outputs().stream().map(ValueInfoProto::getName).toList();
  }

  /**
   * An evaluation gives what ONNX Runtime gives.
   *
   * @param tolerance relative to the output's largest value
   */
  static void assertEvaluates(OnnxModel model, int batch, double tolerance) throws OrtException {
    Map<String, Tensor> inputs = inputs(model, batch, 3);
    Map<String, OnnxRuntime.Value> expected = OnnxRuntime.run(settled(model), inputs);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.recordGradients(false);
      NDList outputs = network.evaluate(feeds(inputs, manager), outputs(model));
      for (int i = 0; i < outputs.size(); i++) {
        double[] want = expected.get(outputs(model).get(i)).values();
        float[] have = outputs.get(i).toFloatArray();
        double largest = Arrays.stream(want).map(Math::abs).max().orElse(0);
        assertTrue(largest > 0, "an output of zeros says nothing");
        for (int j = 0; j < want.length; j++) {
          assertEquals(
              want[j], have[j], tolerance * largest, outputs(model).get(i) + "[" + j + "]");
        }
      }
    }
  }

  /** A model in training form made one that ONNX Runtime evaluates with running statistics. */
  private static OnnxModel settled(OnnxModel model) {
    ModelProto.Builder proto = model.proto().toBuilder();
    for (NodeProto.Builder node : proto.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("BatchNormalization")) {
        List<AttributeProto> kept =
            node.getAttributeList().stream()
                .filter(a -> !a.getName().equals("training_mode"))
                .toList();
        String y = node.getOutput(0);
        node.clearAttribute().addAllAttribute(kept).clearOutput().addOutput(y);
      } else if (node.getOpType().equals("Dropout")) {
        List<String> kept = List.copyOf(node.getInputList().subList(0, 1));
        String y = node.getOutput(0);
        node.clearInput().addAllInput(kept).clearOutput().addOutput(y);
      }
    }
    return OnnxModel.of(proto.build());
  }

  /**
   * Plain gradient descent in training passes, in which dropout drops the same each time: every
   * gradient is finite, all but the given parameters have one that is not zero, and the loss falls.
   *
   * @param still parameters whose gradient may be zero throughout
   * @return the losses, step by step
   */
  static double[] assertLearns(
      OnnxModel model, int batch, int steps, double rate, List<String> still) {
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager)) {
      network.training(true);
      Map<String, NDArray> feeds = feeds(inputs(model, batch, 3), manager);
      double[] losses = new double[steps];
      for (int step = 0; step < steps; step++) {
        manager.getEngine().setRandomSeed(5);
        Torch.recordGradients(true);
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          NDArray loss = manager.create(0f);
          for (NDArray output : network.evaluate(feeds, outputs(model))) {
            loss = loss.add(output.sub(0.5f).square().mean());
          }
          losses[step] = loss.getFloat();
          Torch.backward(loss);
          Torch.recordGradients(false);
          List<String> zero = new ArrayList<>();
          for (Map.Entry<String, NDArray> parameter : network.parameterArrays().entrySet()) {
            NDArray gradient = parameter.getValue().getGradient();
            float largest = gradient.abs().max().getFloat();
            assertTrue(Float.isFinite(largest), parameter.getKey() + ": gradient " + largest);
            if (largest == 0) {
              zero.add(parameter.getKey());
            }
            parameter.getValue().subi(gradient.mul((float) rate));
            gradient.subi(gradient.duplicate());
          }
          if (step == 0) {
            zero.removeAll(still);
            assertEquals(List.of(), zero, "parameters without gradient");
          }
        }
      }
      assertTrue(
          losses[steps - 1] < losses[0], () -> "loss does not fall: " + Arrays.toString(losses));
      assertKeepsAllElse(model, network.toModel(), network);
      return losses;
    }
  }

  /** The model that comes back differs in parameters and statistics alone, and in all of them. */
  private static void assertKeepsAllElse(OnnxModel before, OnnxModel after, OnnxNetwork network) {
    assertEquals(before.proto().getGraph().getNodeList(), after.proto().getGraph().getNodeList());
    before
        .initializers()
        .forEach(
            (name, tensor) -> {
              Tensor other = after.initializers().get(name);
              assertArrayEquals(tensor.dims(), other.dims(), name);
              if (!network.parameterArrays().containsKey(name)
                  && !network.statisticsArrays().containsKey(name)) {
                assertEquals(tensor.bytes(), other.bytes(), name);
              }
            });
  }
}
