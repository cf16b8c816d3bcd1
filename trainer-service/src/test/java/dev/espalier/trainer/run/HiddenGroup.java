package dev.espalier.trainer.run;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.graph.v1.Slice;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The first hidden layer of the autoencoder as its only group. */
final class HiddenGroup {
  private HiddenGroup() {}

  /** The graph of a run's initial model. */
  static DependencyGraph of(Path root, String runId) {
    ModelStore store = new ModelStore(root);
    try {
      return of(OnnxModel.read(store.resolve(store.initialModel(runId))).digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DependencyGraph of(String digest) {
    List<Integer> units = IntStream.range(0, 512).boxed().toList();
    return DependencyGraph.newBuilder()
        .setModelDigest(digest)
        .addGroups(
            Group.newBuilder()
                .setId("hidden")
                .setKind(GroupKind.GROUP_KIND_COMPONENT)
                .addComponents("encoder")
                .setUnits(512)
                .setParameters(784 * 512 + 512 + 512 * 256)
                .addSlices(slice("encoder.0.weight", 0, units))
                .addSlices(slice("encoder.0.bias", 0, units))
                .addSlices(slice("encoder.2.weight", 1, units)))
        .build();
  }

  private static Slice slice(String initializer, int axis, List<Integer> units) {
    return Slice.newBuilder().setInitializer(initializer).setAxis(axis).addAllIndex(units).build();
  }
}
