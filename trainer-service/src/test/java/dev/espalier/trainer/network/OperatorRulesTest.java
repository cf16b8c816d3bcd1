package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.onnxruntime.OrtException;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operator of the table, on random nodes; see {@link OperatorCases} for how they are made.
 */
class OperatorRulesTest {
  private static final int NODES = 16;
  private static final int GRADIENTS = 6;

  /** Of a central difference; its rounding error is near 1e-16 / STEP, its other near STEP^2. */
  private static final double STEP = 1e-6;

  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = Torch.newManager();
  }

  @AfterAll
  static void stop() {
    manager.close();
  }

  static Set<String> operators() {
    return OperatorRules.operators();
  }

  @Test
  void everyOperatorIsTested() {
    assertEquals(OperatorRules.operators(), OperatorCases.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("operators")
  void forwardEqualsOnnxRuntime(String operator) throws OrtException {
    for (long seed = 0; seed < NODES; seed++) {
      OperatorCase made = OperatorCases.of(operator, seed);
      String place = "seed " + seed + ": " + describe(made);
      OnnxModel model = made.model();
      Map<String, OnnxRuntime.Value> expected = OnnxRuntime.run(model, made.fed());
      try (OnnxNetwork network = new OnnxNetwork(model, manager)) {
        int held = network.manager().getManagedArrays().size();
        compare(network, made, expected, place);
        assertEquals(held, network.manager().getManagedArrays().size(), "arrays left, " + place);
      }
    }
  }

  private static void compare(
      OnnxNetwork network,
      OperatorCase made,
      Map<String, OnnxRuntime.Value> expected,
      String place) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.recordGradients(false);

      NDList outputs = network.evaluate(feeds(made, DataType.FLOAT32), made.outputNames());

      for (int i = 0; i < outputs.size(); i++) {
        OnnxRuntime.Value want = expected.get(made.outputNames().get(i));
        NDArray have = outputs.get(i);
        assertArrayEquals(want.dims(), have.getShape().getShape(), place);
        assertEquals(
            ElementTypes.engine(made.outputTypes().get(i), DataType.FLOAT32, place),
            have.getDataType(),
            place);
        assertClose(want.values(), have, place);
      }
    }
  }

  /** In double, in which rounding is far below the tolerance; kinks are hit with no seed. */
  @ParameterizedTest
  @MethodSource("operators")
  void gradientsEqualFiniteDifferences(String operator) {
    for (long seed = 0; seed < GRADIENTS; seed++) {
      OperatorCase made = OperatorCases.of(operator, seed);
      if (made.differentiable().isEmpty() || !made.outputTypes().contains(ElementType.FLOAT)) {
        continue;
      }
      try (OnnxNetwork network = new OnnxNetwork(made.model(), manager, DataType.FLOAT64);
          NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Map<String, NDArray> feeds = feeds(made, DataType.FLOAT64);
        Map<String, NDArray> checked = new HashMap<>();
        for (String name : made.differentiable()) {
          NDArray value = feeds.get(name);
          if (value == null) {
            value = network.parameterArrays().get(name);
          } else {
            value.setRequiresGradient(true);
          }
          if (value != null) {
            checked.put(name, value);
          }
        }
        if (checked.isEmpty()) {
          continue;
        }
        Torch.recordGradients(true);
        Torch.backward(loss(network, made, feeds));
        Torch.recordGradients(false);
        for (Map.Entry<String, NDArray> entry : checked.entrySet()) {
          probe(network, made, feeds, entry, "seed " + seed + ": " + describe(made));
        }
      }
    }
  }

  private static void probe(
      OnnxNetwork network,
      OperatorCase made,
      Map<String, NDArray> feeds,
      Map.Entry<String, NDArray> entry,
      String place) {
    SplittableRandom random = new SplittableRandom(7);
    double[] gradient = entry.getValue().getGradient().toDoubleArray();
    double[] value = entry.getValue().toDoubleArray();
    for (int probes = 0; probes < 4; probes++) {
      int i = random.nextInt(value.length);
      double difference =
          (shifted(network, made, feeds, entry, value, i, STEP)
                  - shifted(network, made, feeds, entry, value, i, -STEP))
              / (2 * STEP);
      assertEquals(
          difference,
          gradient[i],
          1e-6 * Math.max(10, Math.abs(difference)),
          entry.getKey() + "[" + i + "], " + place);
    }
  }

  private static double shifted(
      OnnxNetwork network,
      OperatorCase made,
      Map<String, NDArray> feeds,
      Map.Entry<String, NDArray> entry,
      double[] value,
      int index,
      double by) {
    double[] moved = value.clone();
    moved[index] += by;
    Map<String, NDArray> other = new HashMap<>(feeds);
    other.put(entry.getKey(), manager.create(moved).reshape(entry.getValue().getShape()));
    return loss(network, made, other).getDouble();
  }

  private static NDArray loss(OnnxNetwork network, OperatorCase made, Map<String, NDArray> feeds) {
    NDArray loss = manager.create(0.0);
    NDList outputs = network.evaluate(feeds, made.outputNames());
    for (NDArray output : outputs) {
      if (output.getDataType() == DataType.FLOAT64) {
        loss =
            loss.add(output.mul(Torch.number(output, 1.3)).sin().sum()).add(output.square().sum());
      }
    }
    return loss;
  }

  private static Map<String, NDArray> feeds(OperatorCase made, DataType type) {
    Map<String, NDArray> feeds = new HashMap<>();
    for (Tensor tensor : made.fed().values()) {
      feeds.put(tensor.name(), Initializers.array(tensor, manager, type));
    }
    return feeds;
  }

  private static void assertClose(double[] want, NDArray have, String place) {
    double[] values =
        have.size() == 0 ? new double[0] : have.toType(DataType.FLOAT64, false).toDoubleArray();
    double scale = 1;
    for (double value : want) {
      scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
    }
    for (int i = 0; i < want.length; i++) {
      assertEquals(want[i], values[i], 1e-5 * scale, "[" + i + "], " + place);
    }
  }

  private static String describe(OperatorCase made) {
    return List.of(
            made.opset(),
            made.model().nodes().getFirst().proto().toString().replaceAll("\\s+", " "))
        .toString();
  }
}
