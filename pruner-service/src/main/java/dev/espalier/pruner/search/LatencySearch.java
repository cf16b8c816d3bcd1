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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Finds how much of an order of removal makes a model as fast as asked, by bisection with measured
 * latencies. Since these are noisy, a cut counts as fast enough once it was measured twice, the
 * slower time within 5 % above the target.
 */
public final class LatencySearch {
  /** How far above the target a measured latency may be. */
  public static final double SLACK = 0.05;

  private static final int MOST_PROBES = 16;

  private final Cuts cuts;
  private final ToDoubleFunction<OnnxModel> latency;
  private final Consumer<Reached.Point> progress;
  private final List<Reached.Point> curve = new ArrayList<>();

  /**
   * @param latency measures a model, in milliseconds
   * @param progress told every cut that was tried
   */
  public LatencySearch(
      Traced traced,
      RemovalOrder order,
      ToDoubleFunction<OnnxModel> latency,
      Consumer<Reached.Point> progress) {
    this.cuts = new Cuts(traced, order);
    this.latency = latency;
    this.progress = progress;
  }

  /**
   * @throws PlanException where no cut that was tried is as fast; names the fastest
   */
  public Planner.Planned search(Target.Latency target) {
    TreeMap<Integer, Double> fast = new TreeMap<>();
    int slow = -1;
    int next = 0;
    int probes = 0;
    while (probes++ < MOST_PROBES) {
      double measured = probe(next, target.most());
      if (measured <= target.most()) {
        fast.put(next, measured);
      } else {
        slow = next;
      }
      boolean closeEnough = measured <= target.most() && measured >= target.most() * (1 - SLACK);
      int least = fast.isEmpty() ? cuts.steps() + 1 : fast.firstKey();
      if (closeEnough || least - slow <= 1) {
        break;
      }
      next = fast.isEmpty() && next == 0 ? cuts.steps() : (slow + least) >>> 1;
    }
    return confirmed(fast, target);
  }

  private Planner.Planned confirmed(TreeMap<Integer, Double> fast, Target.Latency target) {
    for (Map.Entry<Integer, Double> candidate : fast.entrySet()) {
      double again = Math.max(probe(candidate.getKey(), target.most()), candidate.getValue());
      if (again <= target.most() * (1 + SLACK)) {
        Reached reached = new Reached(target.most(), again, Map.of(), curve);
        return new Planner.Planned(cuts.plan(candidate.getKey()), reached);
      }
    }
    double fastest = curve.stream().mapToDouble(Reached.Point::measured).min().orElse(Double.NaN);
    throw new PlanException(
        String.format(
            Locale.ROOT,
            "latency_ms = %s cannot be reached here: the fastest cut tried takes %.4g ms; allow more,"
                + " or see what is declined or protected",
            target.most(),
            fastest));
  }

  private double probe(int steps, double most) {
    double measured = latency.applyAsDouble(cuts.model(steps));
    Reached.Point point = cuts.point(steps, measured, measured <= most);
    curve.add(point);
    progress.accept(point);
    return measured;
  }
}
