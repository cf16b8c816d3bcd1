package dev.espalier.pruner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.Constraints;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.plan.WeightScore;
import dev.espalier.pruner.runtime.Weights;
import dev.espalier.pruner.verify.MaskedTwin;
import dev.espalier.pruner.verify.Trials;
import dev.espalier.pruner.verify.Verification;
import dev.espalier.pruner.verify.Verifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Any network, any cut: the pruned model is its masked twin's equal. */
class PrunedEqualsTwinTest {
  @Test
  void randomUnitsOfRandomGroups() {
    int cuts = 0;
    for (long seed = 0; seed < 400; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      SplittableRandom random = new SplittableRandom(seed);
      int[][] removed =
          traced.graph().groups().stream()
              .map(group -> randomUnits(group, random))
              .toArray(int[][]::new);
      PruningPlan plan = PruningPlan.of(traced.model(), traced.graph(), removed);
      check(traced, plan, seed);
      cuts += plan.parametersAfter() < plan.parametersBefore() ? 1 : 0;
    }
    assertTrue(cuts > 300, cuts + " of 400 networks were cut");
  }

  @Test
  void plansOfEveryAllocation() {
    int plans = 0;
    for (long seed = 1000; seed < 1200; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      SplittableRandom random = new SplittableRandom(seed);
      double share = random.nextDouble(0.01, 0.8);
      Allocation allocation = allocation(traced.graph(), random);
      WeightScore score = random.nextBoolean() ? WeightScore.L1 : WeightScore.L2;
      OnnxModel model = traced.model();
      try {
        PruningPlan plan =
            new Planner(traced, RemovalOrder.of(traced, score, allocation, Constraints.NONE))
                .parameters(new Target.Parameters(share))
                .plan();
        check(traced, plan, seed);
        checkWithinOneUnit(traced, plan, share, seed);
        plans++;
      } catch (PlanException e) {
        int[][] all =
            traced.graph().groups().stream()
                .map(group -> IntStream.range(1, group.units()).toArray())
                .toArray(int[][]::new);
        PruningPlan most = PruningPlan.of(model, traced.graph(), all);
        assertTrue(most.share() < share, "seed " + seed + ": " + e.getMessage());
      }
    }
    assertTrue(plans > 120, plans + " of 200 targets were met");
  }

  private static Allocation allocation(DependencyGraph graph, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> Allocations.uniform();
      case 1 -> Allocations.global();
      default -> {
        Map<String, Double> importance = new HashMap<>();
        graph.groups().forEach(group -> importance.put(group.id(), random.nextDouble()));
        yield Allocations.byImportance(importance);
      }
    };
  }

  private static int[] randomUnits(Group group, SplittableRandom random) {
    int stays = random.nextInt(group.units());
    double share = random.nextDouble();
    return IntStream.range(0, group.units())
        .filter(unit -> unit != stays && random.nextDouble() < share)
        .toArray();
  }

  private static void check(Traced traced, PruningPlan plan, long seed) {
    Survivors survivors = new Survivors(traced, plan.removed());
    KeptIndices kept = KeptIndices.of(traced, survivors);
    OnnxModel pruned = Cut.apply(traced, survivors, Map.of());
    Verification verification =
        Verifier.compare(
            pruned,
            MaskedTwin.of(traced, survivors),
            new Weights(),
            List.of(),
            new Trials(Trials.MOST_INPUTS, Map.of(), seed));
    assertFalse(verification.wrong(), "seed " + seed + ": " + verification + "\n" + kept);
    assertEquals(plan.parametersAfter(), pruned.parameters(), "seed " + seed);
    Traced small = new Pruner().analyze(pruned);
    assertTrue(
        Cuts.derived(traced, plan.removed(), kept, pruned, small, "seed " + seed), "seed " + seed);
    DependencyGraph again = small.graph();
    for (int g = 0; g < plan.removed().length; g++) {
      Group group = traced.graph().groups().get(g);
      assertEquals(group.id(), again.groups().get(g).id(), "seed " + seed);
      assertEquals(plan.kept(traced.graph(), g), again.groups().get(g).units(), "seed " + seed);
    }
  }

  private static void checkWithinOneUnit(Traced traced, PruningPlan plan, double share, long seed) {
    long most = plan.parametersBefore() - (long) Math.ceil(share * plan.parametersBefore());
    assertTrue(plan.parametersAfter() <= most, "seed " + seed + ": target missed");
    boolean oneLessMisses = false;
    for (int g = 0; g < plan.removed().length; g++) {
      if (plan.removed()[g].length > 0) {
        int[][] fewer = plan.removed().clone();
        fewer[g] = IntStream.of(fewer[g]).skip(1).toArray();
        PruningPlan smaller = PruningPlan.of(traced.model(), traced.graph(), fewer);
        oneLessMisses |= smaller.parametersAfter() > most;
      }
    }
    assertTrue(oneLessMisses, "seed " + seed + ": more than one unit too many");
  }
}
