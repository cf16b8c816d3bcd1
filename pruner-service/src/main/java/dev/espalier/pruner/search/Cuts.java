package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * The models that the beginnings of an order of removal leave.
 *
 * @param traced the model
 * @param order what goes when
 */
record Cuts(Traced traced, RemovalOrder order) {
  int steps() {
    return order.steps().size();
  }

  PruningPlan plan(int steps) {
    return PruningPlan.of(traced.model(), traced.graph(), order.removed(steps));
  }

  OnnxModel model(int steps) {
    return model(traced, order.removed(steps));
  }

  /**
   * @throws CancellationException where the thread was interrupted
   */
  static OnnxModel model(Traced traced, int[][] removed) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
    return Cut.apply(traced, new Survivors(traced, removed), Map.of());
  }

  Reached.Point point(int steps, double measured, boolean within) {
    PruningPlan plan = plan(steps);
    return new Reached.Point(plan.share(), plan.parametersAfter(), measured, within);
  }
}
