package dev.espalier.pruner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Declined;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Exported networks in the folder that the system property {@value #FOLDER} names: one random cut
 * of each, and of well-known ones the groups that someone who knows the architecture expects.
 */
class RealNetworksTest {
  private static final String FOLDER = "espalier.networks";

  private static final String SUFFIX = ".onnx";

  private static final long SEED = 20261;

  /** By network, for a number of units, how many groups have as many. */
  private static final Map<String, Map<Integer, Integer>> GROUPS =
      Map.ofEntries(
          Map.entry("autoencoder", Map.of(512, 2, 256, 2, 64, 1)),
          Map.entry("told", Map.of(256, 1, 512, 10)),
          Map.entry("vgg16_bn", Map.of(64, 2, 128, 2, 256, 3, 512, 6, 4096, 2)),
          // Two of each stage within its blocks, one for what its shortcuts add up.
          Map.entry("resnet18", Map.of(64, 3, 128, 3, 256, 3, 512, 3)),
          Map.entry("resnet50", Map.of(64, 7, 128, 8, 256, 13, 512, 7, 1024, 1, 2048, 1)),
          // Each block's 32 convolution groups go whole.
          Map.entry("resnext50_32x4d", Map.of(32, 16, 64, 1, 256, 1, 512, 1, 1024, 1, 2048, 1)),
          Map.entry("convnext_tiny", Map.of(96, 1, 192, 1, 384, 4, 768, 4, 1536, 9, 3072, 3)),
          // Of each layer the heads and the hidden units, and the embedding that all share.
          Map.entry("vit_b_16", Map.of(12, 12, 3072, 12, 768, 1)),
          Map.entry(
              "swin_t",
              Map.of(3, 2, 6, 2, 12, 6, 24, 2, 96, 1, 192, 1, 384, 3, 768, 3, 1536, 6, 3072, 2)),
          // Key heads, each with the query heads that share it.
          Map.entry("causal_transformer", Map.of(128, 1, 2, 2, 256, 2)),
          Map.entry("lstm", Map.of(32, 1, 64, 1)),
          Map.entry("gru", Map.of(48, 1, 64, 2, 32, 1)),
          Map.entry("bilstm", Map.of(32, 1, 64, 2)));

  @TestFactory
  List<DynamicTest> prunedEqualsTwin() throws IOException {
    String folder = System.getProperty(FOLDER, "");
    assumeTrue(!folder.isBlank(), "no exported networks: -D" + FOLDER + "=DIR names their folder");
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      List<DynamicTest> tests =
          files
              .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
              .sorted()
              .map(file -> dynamicTest(name(file), () -> check(file)))
              .toList();
      assertFalse(tests.isEmpty(), () -> "no *" + SUFFIX + " in " + folder);
      return tests;
    }
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private static void check(Path file) throws IOException {
    Traced traced = new Pruner().analyze(OnnxModel.read(file));
    assertFalse(traced.graph().groups().isEmpty(), () -> "" + traced.graph().declined());
    Map<Integer, Integer> expected = GROUPS.get(name(file));
    if (expected != null) {
      assertEquals(new TreeMap<>(expected), groupsByUnits(traced));
      assertEquals(
          List.of(),
          traced.graph().declined().stream()
              .filter(place -> !Set.of("Input", "Output").contains(place.operator()))
              .map(Declined::node)
              .toList());
    }
    Cuts.random(traced, SEED);
  }

  private static Map<Integer, Integer> groupsByUnits(Traced traced) {
    Map<Integer, Integer> groups = new TreeMap<>();
    for (Group group : traced.graph().groups()) {
      groups.merge(group.units(), 1, Integer::sum);
    }
    return groups;
  }
}
