package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.RandomNetworks;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.Constraints;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.WeightScore;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** A random network with an order of removal, and what all its beginnings measure. */
record Searched(Traced traced, RemovalOrder order) {
  static Searched network(long seed) {
    Traced traced = new Pruner().analyze(RandomNetworks.network(seed));
    return new Searched(
        traced, RemovalOrder.of(traced, WeightScore.L2, Allocations.global(), Constraints.NONE));
  }

  int steps() {
    return order.steps().size();
  }

  OnnxModel model(int steps) {
    return Cuts.model(traced, order.removed(steps));
  }

  double[] scan(ToDoubleFunction<OnnxModel> measure) {
    double[] all = new double[steps() + 1];
    for (int steps = 0; steps < all.length; steps++) {
      all[steps] = measure.applyAsDouble(model(steps));
    }
    return all;
  }

  /** How many steps a plan takes; steps of one unit each. */
  int steps(PruningPlan plan) {
    int units = Arrays.stream(plan.removed()).mapToInt(removed -> removed.length).sum();
    if (!Arrays.deepEquals(order.removed(units), plan.removed())) {
      throw new IllegalArgumentException("no beginning of the order");
    }
    return units;
  }
}
