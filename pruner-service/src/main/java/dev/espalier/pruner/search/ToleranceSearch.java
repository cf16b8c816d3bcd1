package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Finds how much of an order of removal keeps the outputs' error within a tolerance, by bisection:
 * the beginning that is returned is within, one step more was not.
 */
public final class ToleranceSearch {
  private final Cuts cuts;
  private final ToDoubleFunction<OnnxModel> error;
  private final Consumer<Reached.Point> progress;
  private final List<Reached.Point> curve = new ArrayList<>();

  /**
   * @param error a smaller model's relative error, such as {@link OutputError#of}
   * @param progress told every cut that was tried
   */
  public ToleranceSearch(
      Traced traced,
      RemovalOrder order,
      ToDoubleFunction<OnnxModel> error,
      Consumer<Reached.Point> progress) {
    this.cuts = new Cuts(traced, order);
    this.error = error;
    this.progress = progress;
  }

  /**
   * @throws PlanException where not even the first step is within
   */
  public Planner.Planned search(Target.Tolerance target) {
    int within = 0;
    double reached = 0;
    int beyond = cuts.steps() + 1;
    // The whole order first: it may be within. Then halves.
    int next = cuts.steps();
    while (next > within && next < beyond) {
      double measured = error.applyAsDouble(cuts.model(next));
      boolean good = measured <= target.most();
      Reached.Point point = cuts.point(next, measured, good);
      curve.add(point);
      progress.accept(point);
      if (good) {
        within = next;
        reached = measured;
      } else {
        beyond = next;
      }
      next = (within + beyond) >>> 1;
    }
    if (within == 0) {
      throw new PlanException(
          "tolerance = %s: %s; allow more, or see what is declined or protected"
              .formatted(
                  target.most(),
                  curve.isEmpty()
                      ? "no unit can go"
                      : "the first unit alone makes an error of " + curve.getLast().measured()));
    }
    return new Planner.Planned(
        cuts.plan(within), new Reached(target.most(), reached, Map.of(), curve));
  }
}
