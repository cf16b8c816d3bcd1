package dev.espalier.experiment.ablation;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.Allocations;
import java.util.Locale;
import java.util.function.BiFunction;

/** How the groups share a cut. */
enum Sharing {
  /** By all three metrics, each as its share over the groups: the service's default. */
  SHARES(new Metrics(Combination.SHARES, 1, 1, 1)),
  /** By all three metrics, each by its ranks. */
  RANKS(new Metrics(Combination.RANKS, 1, 1, 1)),
  ACCUMULATION(new Metrics(Combination.GRADIENT_ACCUMULATION, 1, 0, 0)),
  FISHER(new Metrics(Combination.FISHER_INFORMATION, 0, 1, 0)),
  BAYES(new Metrics(Combination.BAYESIAN_UNCERTAINTY, 0, 0, 1)),
  ACCUMULATION_FISHER(new Metrics(Combination.SHARES, 1, 1, 0)),
  ACCUMULATION_BAYES(new Metrics(Combination.SHARES, 1, 0, 1)),
  FISHER_BAYES(new Metrics(Combination.SHARES, 0, 1, 1)),
  /** By the importance of {@link #SHARES}, dealt to other groups, to which depends on the seed. */
  SHUFFLED(
      (ranking, seed) ->
          Allocations.byImportance(
              Metrics.shuffled(
                  new Metrics(Combination.SHARES, 1, 1, 1).importance(ranking), seed))),
  UNIFORM((ranking, seed) -> Allocations.uniform()),
  GLOBAL((ranking, seed) -> Allocations.global());

  private final BiFunction<Ranking, Long, Allocation> rule;

  Sharing(BiFunction<Ranking, Long, Allocation> rule) {
    this.rule = rule;
  }

  Sharing(Metrics metrics) {
    this((ranking, seed) -> Allocations.byImportance(metrics.importance(ranking)));
  }

  /** As methods are named by it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @param ranking the run's final one
   * @param seed of the run, at least 1
   */
  Allocation allocation(Ranking ranking, long seed) {
    return rule.apply(ranking, seed);
  }
}
