package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Measures what the beginnings of an order of removal leave, and keeps account of it. */
final class Probes {
  private final Traced traced;
  private final RemovalOrder order;
  private final ToDoubleFunction<OnnxModel> measure;
  private final double most;
  private final Consumer<Reached.Point> progress;
  private final List<Reached.Point> curve = new ArrayList<>();

  /**
   * @param measure of a model, in the target's unit
   * @param most what the target allows
   * @param progress told every trial
   */
  Probes(
      Traced traced,
      RemovalOrder order,
      ToDoubleFunction<OnnxModel> measure,
      double most,
      Consumer<Reached.Point> progress) {
    this.traced = traced;
    this.order = order;
    this.measure = measure;
    this.most = most;
    this.progress = progress;
  }

  int steps() {
    return order.steps().size();
  }

  /**
   * @return what a cut by the first so many steps measures
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  double measure(int steps) {
    int[][] removed = order.removed(steps);
    double measured = measure.applyAsDouble(Cuts.model(traced, removed));
    PruningPlan plan = plan(removed);
    Reached.Point point =
        new Reached.Point(plan.share(), plan.parametersAfter(), measured, measured <= most);
    curve.add(point);
    progress.accept(point);
    return measured;
  }

  Planner.Planned planned(int steps, double measured) {
    Reached reached = new Reached(most, measured, Map.of(), curve);
    return new Planner.Planned(plan(order.removed(steps)), reached);
  }

  private PruningPlan plan(int[][] removed) {
    return PruningPlan.of(traced.model(), traced.graph(), removed);
  }
}
