package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.Target;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Finds how much of an order of removal keeps the outputs' error within a tolerance, by bisection:
 * the beginning that is returned is within, one step more was not.
 *
 * @param traced the model
 * @param order what goes when
 * @param error a smaller model's relative error, such as {@link OutputError#of}
 * @param progress told every cut that was tried
 */
public record ToleranceSearch(
    Traced traced,
    RemovalOrder order,
    ToDoubleFunction<OnnxModel> error,
    Consumer<Reached.Point> progress) {
  /**
   * @throws PlanException where not even the first step is within
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public Planner.Planned search(Target.Tolerance target) {
    Probes probes = new Probes(traced, order, error, target.most(), progress);
    int within = 0;
    double reached = 0;
    int beyond = probes.steps() + 1;
    double refused = Double.NaN;
    // The whole order first: it may be within. Then halves.
    int next = probes.steps();
    while (next > within) {
      double measured = probes.measure(next);
      if (measured <= target.most()) {
        within = next;
        reached = measured;
      } else {
        beyond = next;
        refused = measured;
      }
      next = (within + beyond) >>> 1;
    }
    if (within == 0) {
      throw new PlanException(
          "tolerance = %s: %s; allow more, or see what is declined or protected"
              .formatted(
                  target.most(),
                  probes.steps() == 0
                      ? "no unit can go"
                      : "the first unit alone makes an error of " + refused));
    }
    return probes.planned(within, reached);
  }
}
