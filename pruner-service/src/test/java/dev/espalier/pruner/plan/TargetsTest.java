package dev.espalier.pruner.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.RandomNetworks;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Components;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Slice;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every kind of target on random networks: met, and not with a step less. */
class TargetsTest {
  private static RemovalOrder order(Traced traced, Constraints constraints) {
    return RemovalOrder.of(traced, WeightScore.L2, Allocations.global(), constraints);
  }

  private static long macs(Traced traced, int[][] removed) {
    OnnxModel pruned = Cut.apply(traced, new Survivors(traced, removed), Map.of());
    return new Pruner().analyze(pruned).graph().macs();
  }

  private static long bytes(Traced traced, int[][] removed) {
    return Cut.apply(traced, new Survivors(traced, removed), Map.of()).bytes().length;
  }

  private static int steps(RemovalOrder order, PruningPlan plan) {
    int units = 0;
    for (int[] removed : plan.removed()) {
      units += removed.length;
    }
    int steps = 0;
    for (RemovalOrder.Step step : order.steps()) {
      if (units <= 0) {
        break;
      }
      units -= step.units().length;
      steps++;
    }
    return steps;
  }

  @Test
  void macsAreMetWithinOneUnit() {
    int met = 0;
    for (long seed = 0; seed < 100; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      RemovalOrder order = order(traced, Constraints.NONE);
      double share = new SplittableRandom(seed).nextDouble(0.01, 0.9);
      double most = traced.graph().macs() * (1 - share);
      try {
        Planner.Planned planned = new Planner(traced, order).macs(new Target.Macs(share));
        int steps = steps(order, planned.plan());
        assertTrue(macs(traced, order.removed(steps)) <= most, "seed " + seed);
        assertTrue(macs(traced, order.removed(steps - 1)) > most, "seed " + seed);
        assertEquals(share, planned.reached().asked());
        assertTrue(planned.reached().reached() >= share, "seed " + seed);
        met++;
      } catch (PlanException e) {
        long least = macs(traced, order.removed(order.steps().size()));
        assertTrue(least > most, "seed " + seed + ": " + e.getMessage());
      }
    }
    assertTrue(met > 40, met + " of 100 were met");
  }

  @Test
  void bytesAreMetWithinOneUnit() {
    int met = 0;
    for (long seed = 0; seed < 60; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      RemovalOrder order = order(traced, Constraints.NONE);
      long most = (long) (bytes(traced, order.removed(0)) * 0.8);
      Planner planner = new Planner(traced, order);
      try {
        Planner.Planned planned =
            planner.bytes(
                new Target.Bytes(most),
                survivors -> Cut.apply(traced, survivors, Map.of()).bytes().length);
        int steps = steps(order, planned.plan());
        assertEquals(bytes(traced, order.removed(steps)), (long) planned.reached().reached());
        assertTrue(planned.reached().reached() <= most, "seed " + seed);
        assertTrue(bytes(traced, order.removed(steps - 1)) > most, "seed " + seed);
        met++;
      } catch (PlanException e) {
        assertTrue(bytes(traced, order.removed(order.steps().size())) > most, "seed " + seed);
      }
    }
    assertTrue(met > 25, met + " of 60 were met");
  }

  @Test
  void componentsLoseTheirShareAndOthersNothing() {
    int met = 0;
    for (long seed = 0; seed < 200; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      Target.Components target =
          new Target.Components(
              seed % 2 == 0 ? Map.of("encoder", 0.2) : Map.of("encoder", 0.1, "dynamics", 0.3));
      try {
        Planner planner = new Planner(traced, order(traced, Constraints.NONE));
        Planner.Planned planned = planner.components(target);
        Map<String, Long> before = parameters(traced.model());
        Survivors survivors = new Survivors(traced, planned.plan().removed());
        Map<String, Long> after = parameters(Cut.apply(traced, survivors, Map.of()));
        for (String component : before.keySet()) {
          double lost = 1 - (double) after.get(component) / before.get(component);
          double asked = target.shares().getOrDefault(component, 0.0);
          assertTrue(lost >= asked - 1e-12, "seed " + seed + " " + component);
          assertTrue(asked > 0 || lost == 0, "seed " + seed + " " + component);
          if (asked > 0) {
            assertEquals(lost, planned.reached().components().get(component).reached(), 1e-12);
          }
        }
        met++;
      } catch (PlanException e) {
        assertTrue(e.getMessage().startsWith("components"), e.getMessage());
      }
    }
    assertTrue(met > 40, met + " of 200 were met");
  }

  private static Map<String, Long> parameters(OnnxModel model) {
    Map<String, Long> sums = new HashMap<>();
    Components.of(model)
        .forEach(
            (name, component) ->
                sums.merge(component, model.initializers().get(name).size(), Long::sum));
    return sums;
  }

  @Test
  void multiplesStayOnEveryAxis() {
    int cut = 0;
    for (long seed = 0; seed < 100; seed++) {
      Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
      int k = 2 + (int) (seed % 7);
      RemovalOrder order = order(traced, new Constraints(List.of(), k, 0.25));
      int[][] removed = order.removed((int) (order.steps().size() * (seed % 10 + 1) / 10));
      for (int g = 0; g < removed.length; g++) {
        Group group = traced.graph().groups().get(g);
        int kept = group.units() - removed[g].length;
        assertTrue(kept >= 0.25 * group.units(), "seed " + seed);
        if (removed[g].length > 0) {
          cut++;
          for (Slice slice : group.slices()) {
            int each = slice.index().length / group.units();
            assertEquals(0, kept * each % k, "seed " + seed + " " + slice);
          }
        }
      }
    }
    assertTrue(cut > 100, cut + " groups were cut");
  }

  @Test
  void protectedGroupsStayWhole() {
    Traced traced = new Pruner().analyze(RandomNetworks.network(3));
    String first = traced.graph().groups().getFirst().id();
    for (String pattern : List.of(first, first.charAt(0) + "*", "*" + first.substring(1))) {
      RemovalOrder order = order(traced, new Constraints(List.of(pattern), 1, 0));
      assertEquals(0, order.removed(order.steps().size())[0].length, pattern);
    }
    Constraints unknown = new Constraints(List.of(first + "x"), 1, 0);
    PlanException e = assertThrows(PlanException.class, () -> order(traced, unknown));
    assertTrue(e.getMessage().contains("\"" + first + "\""), e.getMessage());
  }

  @Test
  void constraintsAndTargetsCheckThemselves() {
    assertThrows(IllegalArgumentException.class, () -> new Constraints(List.of(), 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Constraints(List.of(), 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Target.Bytes(0));
    assertThrows(IllegalArgumentException.class, () -> new Target.Latency(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Target.Components(Map.of()));
    assertThrows(IllegalArgumentException.class, () -> new Target.Tolerance(1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Target.Components(Map.of("encoder", 1.5)));
    assertTrue(e.getMessage().contains("encoder"), e.getMessage());
  }
}
