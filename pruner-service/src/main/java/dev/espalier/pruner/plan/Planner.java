package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Takes the shortest beginning of an order of removal that meets a target which can be counted:
 * without its last step, the target is not met.
 */
public final class Planner {
  /**
   * @param plan the units that go
   * @param reached how far that goes
   */
  public record Planned(PruningPlan plan, Reached reached) {}

  private final Traced traced;
  private final RemovalOrder order;

  public Planner(Traced traced, RemovalOrder order) {
    this.traced = traced;
    this.order = order;
  }

  /**
   * @throws PlanException where the target cannot be met; names how much can be
   */
  public Planned parameters(Target.Parameters target) {
    ParameterCount count = new ParameterCount(traced.model(), traced.graph());
    long before = count.total();
    double most = before - target.share() * before;
    int steps = 0;
    while (steps < order.steps().size() && count.total() > most) {
      RemovalOrder.Step step = order.steps().get(steps++);
      count.remove(step.group(), step.units().length);
    }
    if (count.total() > most) {
      throw unreachable("parameters_share", target.share(), "parameters", before, count.total());
    }
    PruningPlan plan = plan(steps);
    return new Planned(plan, Reached.of(target.share(), plan.share()));
  }

  /**
   * @throws PlanException where the target cannot be met; names how much can be
   */
  public Planned macs(Target.Macs target) {
    long before = macs(0);
    double most = before - target.share() * before;
    int steps = fewest(count -> macs(count), most);
    long after = macs(steps);
    if (after > most) {
      throw unreachable("macs_share", target.share(), "MACs", before, after);
    }
    double reached = before == 0 ? 0 : 1 - (double) after / before;
    return new Planned(plan(steps), Reached.of(target.share(), reached));
  }

  /**
   * @param size the size of the file, in bytes, that a cut leaves
   * @throws PlanException where the target cannot be met; names how small the file can get
   */
  public Planned bytes(Target.Bytes target, ToLongFunction<Survivors> size) {
    int steps = fewest(count -> size.applyAsLong(survivors(count)), target.most());
    long after = size.applyAsLong(survivors(steps));
    if (after > target.most()) {
      throw new PlanException(
          "bytes = %d cannot be reached: the file is %d at the smallest; ask for more, or see what is"
                  .formatted(target.most(), after)
              + " declined or protected");
    }
    return new Planned(plan(steps), Reached.of(target.most(), after));
  }

  /**
   * @throws PlanException where a component is unknown, or cannot lose its share
   */
  public Planned components(Target.Components target) {
    return ComponentPlanner.plan(traced, order, target);
  }

  /** A plan of the first so many steps. */
  public PruningPlan plan(int steps) {
    return PruningPlan.of(traced.model(), traced.graph(), order.removed(steps));
  }

  private Survivors survivors(int steps) {
    return new Survivors(traced, order.removed(steps));
  }

  private long macs(int steps) {
    return traced.rules().macs(traced.model().nodes(), survivors(steps).shapes());
  }

  /** What a beginning of the order leaves; falls as it gets longer. */
  private interface Left {
    long after(int steps);
  }

  /** The fewest steps that leave no more; all where even they leave more. */
  private int fewest(Left left, double most) {
    int low = 0;
    int high = order.steps().size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (left.after(middle) <= most) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static PlanException unreachable(
      String field, double share, String what, long before, long least) {
    return new PlanException(
        String.format(
            Locale.ROOT,
            "%s = %s of %d %s cannot be removed: at most %.6f (%d) can, with one unit left in every"
                + " group; ask for less, or see what is declined or protected",
            field,
            share,
            before,
            what,
            before == 0 ? 0 : Math.floor(1e6 * (1 - (double) least / before)) / 1e6,
            before - least));
  }
}
