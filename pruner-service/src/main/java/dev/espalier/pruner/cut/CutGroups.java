package dev.espalier.pruner.cut;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Scalars;
import dev.espalier.pruner.graph.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The groups of a cut model, derived from those of the model before it: each keeps its id, its
 * place and the order of the units that stay.
 */
public final class CutGroups {
  private final KeptIndices kept;
  private final Map<String, Tensor> smaller;

  private CutGroups(KeptIndices kept, Map<String, Tensor> smaller) {
    this.kept = kept;
    this.smaller = smaller;
  }

  /**
   * @param before the groups before the cut
   * @param stay for each of them the units that stay, rising; at least one
   * @param kept what the cut keeps of the initialisers
   * @param smaller the cut model
   */
  public static List<Group> of(
      List<Group> before, List<int[]> stay, KeptIndices kept, OnnxModel smaller) {
    CutGroups cut = new CutGroups(kept, smaller.initializers());
    List<Group> after = new ArrayList<>();
    for (int g = 0; g < before.size(); g++) {
      after.add(cut.group(before.get(g), stay.get(g)));
    }
    return after;
  }

  private Group group(Group before, int[] stay) {
    List<Slice> slices =
        before.slices().stream().map(slice -> slice(slice, before.units(), stay)).toList();
    return new Group(
        before.id(), before.components(), stay.length, slices, Scalars.in(slices, smaller));
  }

  private Slice slice(Slice before, int units, int[] stay) {
    int each = before.index().length / units;
    int[] places =
        kept.byInitializer().getOrDefault(before.initializer(), Map.of()).get(before.axis());
    int[] index = new int[stay.length * each];
    for (int u = 0; u < stay.length; u++) {
      for (int i = 0; i < each; i++) {
        int old = before.index()[stay[u] * each + i];
        index[u * each + i] = places == null ? old : place(places, old, before);
      }
    }
    return new Slice(before.initializer(), before.axis(), index);
  }

  private static int place(int[] places, int old, Slice slice) {
    int place = Arrays.binarySearch(places, old);
    if (place < 0) {
      throw new IllegalStateException(
          "index %d on axis %d of \"%s\" is gone though its unit stays"
              .formatted(old, slice.axis(), slice.initializer()));
    }
    return place;
  }
}
