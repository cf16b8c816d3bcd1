package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The public tests of ONNX' operators, each a folder with {@code model.onnx} and {@code
 * test_data_set_0}, in the folder that the system property {@code espalier.onnx.nodeTests} names.
 * What is not in the table of operators is skipped, and what {@link #OUT_OF_SCOPE} names; all else
 * must pass, with ONNX' own tolerance.
 */
class OnnxNodeTest {
  private static final String FOLDER = "espalier.onnx.nodeTests";

  /** Patterns of names, each with the reason. */
  private static final Map<Pattern, String> OUT_OF_SCOPE = new HashMap<>();

  static {
    outOfScope("(?i).*(bfloat16|string).*", "the engine has no bfloat16 and no strings");
    outOfScope(
        "test_cast(like)?_.*(FLOAT[48]E|INT[24](_|$)).*", "the engine has no such small types");
    outOfScope("test_identity_(opt|sequence)", "values are tensors, not sequences or optionals");
    outOfScope(".*_(u?int16|uint32|uint64)(_expanded)?", "the engine has no such integers");
    outOfScope("test_training_dropout(_default)?(_mask)?", "the random numbers are those of numpy");
  }

  private static void outOfScope(String pattern, String reason) {
    OUT_OF_SCOPE.put(Pattern.compile(pattern), reason);
  }

  @TestFactory
  Stream<DynamicTest> publicTests() throws IOException {
    String folder = System.getProperty(FOLDER);
    if (folder == null) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "none", () -> abort("system property " + FOLDER + " names no folder")));
    }
    try (Stream<Path> tests = Files.list(Path.of(folder))) {
      List<Path> sorted =
          tests.filter(t -> Files.exists(t.resolve("model.onnx"))).sorted().toList();
      assertTrue(sorted.size() > 100, folder + " has only " + sorted.size() + " tests");
      return sorted.stream()
          .map(t -> DynamicTest.dynamicTest(t.getFileName().toString(), () -> check(t)));
    }
  }

  private static void check(Path test) throws IOException {
    String name = test.getFileName().toString();
    OUT_OF_SCOPE.forEach(
        (pattern, reason) -> {
          if (pattern.matcher(name).matches()) {
            abort(reason);
          }
        });
    OnnxModel model = OnnxModel.read(test.resolve("model.onnx"));
    for (Node node : model.withConstantsLifted().nodes()) {
      if (!OperatorRules.operators().contains(node.operator())) {
        abort("no rule for " + node.operator());
      }
    }
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      network.training(
          model.nodes().stream().anyMatch(node -> node.intAttribute("training_mode", 0) != 0));
      Path data = test.resolve("test_data_set_0");
      Map<String, NDArray> feeds = new TreeMap<>();
      List<String> inputs =
          model.proto().getGraph().getInputList().stream().map(ValueInfoProto::getName).toList();
      for (int i = 0; i < inputs.size(); i++) {
        feeds.put(inputs.get(i), read(data.resolve("input_" + i + ".pb"), manager));
      }
      List<String> names = model.outputs().stream().map(ValueInfoProto::getName).toList();

      NDList outputs = network.evaluate(feeds, names);

      for (int i = 0; i < names.size(); i++) {
        assertClose(
            read(data.resolve("output_" + i + ".pb"), manager), outputs.get(i), names.get(i));
      }
    }
  }

  private static NDArray read(Path file, NDManager manager) throws IOException {
    TensorProto proto = TensorProto.parseFrom(Files.readAllBytes(file));
    return Initializers.array(Tensor.of(proto), manager, DataType.FLOAT32);
  }

  private static void assertClose(NDArray expected, NDArray actual, String output) {
    assertEquals(expected.getShape(), actual.getShape(), output);
    assertEquals(expected.getDataType(), actual.getDataType(), output);
    if (expected.size() == 0) {
      return;
    }
    if (!expected.getDataType().isFloating()) {
      assertArrayEquals(
          expected.toType(DataType.INT64, false).toLongArray(),
          actual.toType(DataType.INT64, false).toLongArray(),
          output);
      return;
    }
    double[] want = expected.toType(DataType.FLOAT64, false).toDoubleArray();
    double[] have = actual.toType(DataType.FLOAT64, false).toDoubleArray();
    for (int i = 0; i < want.length; i++) {
      // Also where both are the same infinity, or both not a number.
      boolean same = Double.compare(want[i], have[i]) == 0;
      if (!same) {
        assertEquals(want[i], have[i], 1e-7 + 1e-3 * Math.abs(want[i]), output + "[" + i + "]");
      }
    }
  }
}
