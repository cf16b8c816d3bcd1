package dev.espalier.importance.fold;

import dev.espalier.importance.schedule.Verdict;

/**
 * Where verdicts and diagnoses of a run begin, every default filled in.
 *
 * @param criticality declines that part critical, neither and candidate: 1 % and 5 % by default.
 *     Means over half a cycle do not move by chance as much as 1 %; a coefficient that is high for
 *     half a cycle and shrinks a group by less than 5 % frees nothing worth a cut
 * @param flatVariation coefficient of variation over groups, at least 0; 5 % by default, with which
 *     neighbours in a ranking of 20 groups lie within 1 % of each other
 * @param vanishedGradient share of the largest smoothed mean |gradient|, in [0, 1]; 1e-4 by
 *     default, far below what convergence leaves
 * @param couplingLead share of pairs, in [0, 1]; 0.95 by default
 * @param oscillatingTau Kendall tau-b, in [-1, 1]; 0.5 by default, where a quarter of all pairs of
 *     groups have changed places
 * @param collapsedShare share of what training had gained, at least 0; 0.5 by default
 */
record Thresholds(
    Verdict.Bounds criticality,
    double flatVariation,
    double vanishedGradient,
    double couplingLead,
    double oscillatingTau,
    double collapsedShare) {
  private static final String PREFIX = "run_started.importance.thresholds.";

  /**
   * @throws IllegalArgumentException naming field and value, where one is out of its range
   */
  static Thresholds of(dev.espalier.training.v1.Thresholds given) {
    double within =
        in("critical_within", given.hasCriticalWithin() ? given.getCriticalWithin() : 0.01, 0, 1);
    double beyond =
        given.hasCandidateBeyond() ? given.getCandidateBeyond() : Math.max(0.05, within);
    return new Thresholds(
        new Verdict.Bounds(within, in("candidate_beyond", beyond, within, 1)),
        Check.number(
            PREFIX + "flat_variation", given.hasFlatVariation() ? given.getFlatVariation() : 0.05),
        in(
            "vanished_gradient",
            given.hasVanishedGradient() ? given.getVanishedGradient() : 1e-4,
            0,
            1),
        in("coupling_lead", given.hasCouplingLead() ? given.getCouplingLead() : 0.95, 0, 1),
        in("oscillating_tau", given.hasOscillatingTau() ? given.getOscillatingTau() : 0.5, -1, 1),
        Check.number(
            PREFIX + "collapsed_share",
            given.hasCollapsedShare() ? given.getCollapsedShare() : 0.5));
  }

  private static double in(String field, double value, double least, double most) {
    Check.that(
        value >= least && value <= most,
        PREFIX + field,
        value,
        "must be from " + least + " to " + most);
    return value;
  }
}
