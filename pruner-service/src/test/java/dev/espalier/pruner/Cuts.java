package dev.espalier.pruner;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.CutGroups;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.Aligned;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.runtime.Weights;
import dev.espalier.pruner.verify.MaskedTwin;
import dev.espalier.pruner.verify.Trials;
import dev.espalier.pruner.verify.Verification;
import dev.espalier.pruner.verify.Verifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random cuts of any model, each checked against its masked twin. */
public final class Cuts {
  private static final Trials TRIALS = new Trials(Trials.MOST_INPUTS, Map.of(), 1);

  private Cuts() {}

  /**
   * Cuts random units of every group.
   *
   * @return what the comparison said; it failed the test where the twin disagrees
   */
  public static Verification random(OnnxModel model, long seed) {
    return random(new Pruner().analyze(model), seed);
  }

  /** As above, of a model that is traced already. */
  public static Verification random(Traced traced, long seed) {
    return random(traced, seed, TRIALS);
  }

  /** As above, on other inputs. */
  public static Verification random(Traced traced, long seed, Trials trials) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] removed =
        traced.graph().groups().stream().map(group -> units(group, random)).toArray(int[][]::new);
    return check(traced, removed, "seed " + seed, trials);
  }

  /** Every group alone, with all units but one gone, then the other way about. */
  public static void eachGroup(OnnxModel model, long seed) {
    Traced traced = new Pruner().analyze(model);
    for (int g = 0; g < traced.graph().groups().size(); g++) {
      Group group = traced.graph().groups().get(g);
      int stays = (int) (seed % group.units());
      for (boolean most : new boolean[] {true, false}) {
        int[][] removed = new int[traced.graph().groups().size()][0];
        removed[g] =
            IntStream.range(0, group.units())
                .filter(unit -> (unit != stays) == most && group.units() > 1)
                .toArray();
        check(traced, removed, "group " + group.id() + ", seed " + seed);
      }
    }
  }

  /** Cuts these units of these groups and compares. */
  public static Verification check(Traced traced, int[][] removed, String what) {
    return check(traced, removed, what, TRIALS);
  }

  private static Verification check(Traced traced, int[][] removed, String what, Trials trials) {
    PruningPlan plan = PruningPlan.of(traced.model(), traced.graph(), removed);
    Survivors survivors = new Survivors(traced, removed);
    OnnxModel pruned = Cut.apply(traced, survivors, Map.of());
    Verification verification =
        Verifier.compare(
            pruned,
            MaskedTwin.of(traced, survivors),
            new Weights(),
            survivors.approximations(),
            trials);
    KeptIndices kept = KeptIndices.of(traced, survivors);
    assertFalse(verification.wrong(), () -> what + ": " + verification + "\n" + kept);
    assertEquals(plan.parametersAfter(), pruned.parameters(), what);
    Traced small = new Pruner().analyze(pruned);
    derived(traced, removed, kept, pruned, small, what);
    DependencyGraph again = small.graph();
    assertEquals(
        again.macs(), traced.rules().macs(pruned.nodes(), survivors.shapes()), what + ": MACs");
    return verification;
  }

  /**
   * The groups that follow from the cut are groups of the smaller model.
   *
   * @return whether an analysis of it finds all of them that have more than one unit
   */
  public static boolean derived(
      Traced traced,
      int[][] removed,
      KeptIndices kept,
      OnnxModel pruned,
      Traced small,
      String what) {
    List<Group> before = new ArrayList<>(traced.graph().groups());
    List<int[]> stay = new ArrayList<>();
    for (int g = 0; g < removed.length; g++) {
      int[] gone = removed[g];
      stay.add(
          IntStream.range(0, before.get(g).units())
              .filter(unit -> IntStream.of(gone).noneMatch(other -> other == unit))
              .toArray());
    }
    Collections.reverse(before);
    Collections.reverse(stay);
    List<Group> derived = CutGroups.of(before, stay, kept, pruned);
    List<Group> aligned =
        assertDoesNotThrow(() -> Aligned.of(small, derived), what).graph().groups();
    return derived.stream().allMatch(group -> group.units() == 1 || aligned.contains(group));
  }

  /** As {@link #random}, and the cut must be exact and remove something. */
  public static void exact(OnnxModel model, long seed) {
    Traced traced = new Pruner().analyze(model);
    assertFalse(traced.graph().groups().isEmpty(), () -> "no groups: " + traced.graph().declined());
    Verification verification = random(traced, seed);
    assertTrue(verification.exact(), () -> "seed " + seed + ": " + verification);
  }

  /** Random units of a group, never all. */
  public static int[] units(Group group, SplittableRandom random) {
    int stays = random.nextInt(group.units());
    double share = random.nextDouble();
    return IntStream.range(0, group.units())
        .filter(unit -> unit != stays && random.nextDouble() < share)
        .toArray();
  }
}
