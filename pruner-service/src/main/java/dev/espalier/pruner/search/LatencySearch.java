package dev.espalier.pruner.search;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.Target;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Finds how much of an order of removal makes a model as fast as asked, by bisection with measured
 * latencies. Since these are noisy, a cut counts as fast enough once it was measured to be and then
 * again, this time within 5 % above the target; by one that is not, the search goes on.
 *
 * @param traced the model
 * @param order what goes when
 * @param latency measures a model, in milliseconds
 * @param progress told every measurement
 */
public record LatencySearch(
    Traced traced,
    RemovalOrder order,
    ToDoubleFunction<OnnxModel> latency,
    Consumer<Reached.Point> progress) {
  /** How far above the target a measured latency may be. */
  public static final double SLACK = 0.05;

  private static final int MOST_CUTS = 16;

  /**
   * @throws PlanException where no cut that was tried is as fast; names the fastest
   * @throws java.util.concurrent.CancellationException where the thread was interrupted
   */
  public Planner.Planned search(Target.Latency target) {
    Probes probes = new Probes(traced, order, latency, target.most(), progress);
    int slow = -1;
    int fast = probes.steps() + 1;
    double reached = Double.NaN;
    double fastest = Double.POSITIVE_INFINITY;
    int next = 0;
    for (int cuts = 0; cuts < MOST_CUTS && fast - slow > 1; cuts++) {
      double measured = probes.measure(next);
      boolean enough = measured <= target.most();
      if (enough) {
        measured = Math.max(measured, probes.measure(next));
        enough = measured <= target.most() * (1 + SLACK);
      }
      fastest = Math.min(fastest, measured);
      if (enough) {
        fast = next;
        reached = measured;
      } else {
        slow = next;
      }
      if (enough && measured >= target.most() * (1 - SLACK)) {
        break;
      }
      // The model as it is and the whole order first, either may settle it. Then halves.
      next = next == 0 ? probes.steps() : (slow + fast) >>> 1;
    }
    if (fast > probes.steps()) {
      throw new PlanException(
          String.format(
              Locale.ROOT,
              "latency_ms = %s cannot be reached here: the fastest cut tried takes %.4g ms; allow"
                  + " more, or see what is declined or protected",
              target.most(),
              fastest));
    }
    return probes.planned(fast, reached);
  }
}
