package dev.espalier.experiment.ablation;

import dev.espalier.experiment.TrainedRun;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.graph.rule.StandardRules;
import dev.espalier.pruner.job.Orders;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Cuts the model that a run ended with, any number of times from the same.
 *
 * @param run that trained it
 * @param traced the model and its groups, ids as the run has them
 */
record Cutting(TrainedRun run, Traced traced) {
  /** Passes of this length, in nanoseconds, make the pruner time as few as it can. */
  private static final long LONG_PASS = 1_000_000_000L;

  /**
   * @param run of a model that was not cut while it trained
   */
  static Cutting of(TrainedRun run) {
    return new Cutting(run, pruner().analyze(run.model()));
  }

  /** No latency is asked for here, and beside another cell it would mean nothing. */
  private static Pruner pruner() {
    AtomicLong clock = new AtomicLong();
    return new Pruner(StandardRules.ALL, () -> clock.addAndGet(LONG_PASS));
  }

  /**
   * Plans, cuts and compares with the masked twin.
   *
   * @param removed share of the parameters to remove, above 0 and below 1
   * @throws dev.espalier.pruner.plan.PlanException where that much cannot go
   */
  Pruner.Result cut(double removed, Allocation allocation, ChannelScore score) {
    return pruner()
        .prune(
            traced, new Pruner.Order(new Target.Parameters(removed), allocation, score), s -> {});
  }

  /**
   * The service's own score of a name; of taylor, gradient and fisher what the run recorded of its
   * units.
   */
  ChannelScore score(dev.espalier.pruning.v1.ChannelScore score) {
    return Orders.score(
        StartPruningRequest.newBuilder().setChannelScore(score).build(),
        run.units(),
        Optional.empty());
  }
}
