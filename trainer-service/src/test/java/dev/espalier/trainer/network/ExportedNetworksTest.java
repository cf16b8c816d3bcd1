package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Networks as exporters write them: the ONNX files in the folder that the system property {@code
 * espalier.onnx.networks} names, such as {@code integration-tests/peer/export_networks.py} makes.
 */
class ExportedNetworksTest {
  private static final String FOLDER = "espalier.onnx.networks";

  @TestFactory
  Stream<DynamicTest> networks() throws IOException {
    String folder = System.getProperty(FOLDER);
    if (folder == null) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "none", () -> abort("system property " + FOLDER + " names no folder")));
    }
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      List<Path> models = files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
      assertFalse(models.isEmpty(), folder + " has no models");
      return models.stream().flatMap(ExportedNetworksTest::tests);
    }
  }

  private static Stream<DynamicTest> tests(Path file) {
    String name = file.getFileName().toString();
    return Stream.of(
        DynamicTest.dynamicTest(
            name + " evaluates", () -> WholeNetworks.assertEvaluates(known(file), 2, 1e-4)),
        DynamicTest.dynamicTest(
            name + " learns",
            () -> {
              OnnxModel model = known(file);
              WholeNetworks.assertLearns(model, 4, 4, 1e-3, mutedByNormalisation(model));
            }));
  }

  private static OnnxModel known(Path file) throws IOException {
    OnnxModel model = OnnxModel.read(file);
    for (Node node : model.withConstantsLifted().nodes()) {
      if (!OperatorRules.operators().contains(node.operator())) {
        abort("no rule for " + node.operator());
      }
    }
    return model;
  }

  /** Biases of convolutions whose channels are then normalised. */
  private static List<String> mutedByNormalisation(OnnxModel model) {
    List<String> muted = new ArrayList<>();
    for (Node node : model.nodes()) {
      if (node.operator().equals("Conv")
          && model.consumers(node.output()).stream()
              .allMatch(n -> n.operator().equals("BatchNormalization"))) {
        node.input(2).ifPresent(muted::add);
      }
    }
    return muted;
  }
}
