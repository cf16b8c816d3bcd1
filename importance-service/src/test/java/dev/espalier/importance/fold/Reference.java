package dev.espalier.importance.fold;

import com.google.protobuf.Timestamp;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The formulas of the design over a whole log, written down a second time and as plainly as they
 * read; shares nothing with what it checks. Each number is computed from all summaries up to it.
 */
final class Reference {
  /** One group's numbers at an output. */
  record Group(
      String id,
      double gradient,
      double fisher,
      double bayesian,
      double spread,
      double importance,
      int rank,
      double meanAbsoluteParameter) {}

  /** What must be known after an event that calls for a snapshot. */
  record Expected(
      long sequence,
      int epoch,
      long summaries,
      long missing,
      long duplicates,
      long stale,
      boolean outweighs,
      Timestamp time,
      List<Group> groups,
      double[] lambda,
      double weight,
      String digest) {}

  private RunStarted start;
  private final List<GradientSummary> summaries = new ArrayList<>();
  private final List<GradientSummary> ofEpoch = new ArrayList<>();
  private long newest = -1;
  private long missing;
  private long duplicates;
  private int epoch;
  private boolean outweighs;
  private byte[] digest = {};

  static List<Expected> of(List<TrainingEvent> log) throws Exception {
    Reference reference = new Reference();
    List<Expected> expected = new ArrayList<>();
    for (TrainingEvent event : log) {
      if (event.getSequence() <= reference.newest) {
        reference.duplicates++;
        continue;
      }
      reference.take(event);
      if (!event.hasGradientSummary()) {
        expected.add(reference.expect(event));
      }
    }
    return expected;
  }

  private void take(TrainingEvent event) throws Exception {
    missing += event.getSequence() - newest - 1;
    newest = event.getSequence();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(digest);
    bytes.write(event.toByteArray());
    digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    if (event.hasRunStarted()) {
      start = event.getRunStarted();
    } else if (event.hasGradientSummary()) {
      summaries.add(event.getGradientSummary());
      ofEpoch.add(event.getGradientSummary());
    } else if (event.hasEpochCompleted()) {
      double task = 0;
      double penalty = 0;
      for (GradientSummary summary : ofEpoch) {
        task = task + summary.getOverallMeanAbsoluteGradient();
        penalty = penalty + summary.getOverallMeanAbsolutePenalty();
      }
      outweighs = penalty > task;
      ofEpoch.clear();
      epoch = event.getEpochCompleted().getEpoch() + 1;
    }
  }

  private Expected expect(TrainingEvent event) {
    ImportanceSettings s = start.getImportance();
    double gamma = s.hasEmaFactor() ? s.getEmaFactor() : 0.9;
    int n = start.getGroupsCount();
    double[][] scores = new double[3][n];
    double[] spread = new double[n];
    for (int g = 0; g < n; g++) {
      List<Double> absolute = new ArrayList<>();
      List<Double> squared = new ArrayList<>();
      List<Double> variance = new ArrayList<>();
      double alpha = s.hasAlphaPrior() ? s.getAlphaPrior() : 2;
      double beta = s.hasBetaPrior() ? s.getBetaPrior() : 1e-30;
      double kappa = s.hasKappa() ? s.getKappa() : 0.25;
      for (GradientSummary summary : summaries) {
        absolute.add(summary.getMeanAbsoluteGradient(g));
        squared.add(summary.getMeanSquaredGradient(g));
        alpha = alpha + kappa;
        beta = beta + kappa * summary.getMeanSquaredGradient(g);
        variance.add(beta / (alpha - 1));
      }
      scores[0][g] = smooth(gamma, absolute);
      scores[1][g] = smooth(gamma, squared);
      scores[2][g] = smooth(gamma, variance);
      spread[g] = alpha > 2 ? beta / (alpha - 1) / StrictMath.sqrt(alpha - 2) : 0;
    }
    double[] importance = importance(s, scores, n);
    List<Group> groups = new ArrayList<>();
    for (int g = 0; g < n; g++) {
      double parameter = 0;
      if (!summaries.isEmpty()) {
        GradientSummary last = summaries.get(summaries.size() - 1);
        parameter = last.getL1Norm(g) / last.getCount(g);
      }
      groups.add(
          new Group(
              start.getGroups(g).getId(),
              scores[0][g],
              scores[1][g],
              scores[2][g],
              spread[g],
              importance[g],
              rank(importance, g),
              parameter));
    }
    return new Expected(
        newest,
        epoch,
        summaries.size(),
        missing,
        duplicates,
        summaries.stream().filter(GradientSummary::getStaleCoefficients).count(),
        outweighs,
        event.getTime(),
        groups,
        lambda(s, n),
        weight(s, gamma),
        HexFormat.of().formatHex(digest));
  }

  private static double smooth(double gamma, List<Double> values) {
    if (values.isEmpty()) {
      return 0;
    }
    double smoothed = 0;
    for (double value : values) {
      smoothed = gamma * smoothed + (1 - gamma) * value;
    }
    return smoothed / (1 - StrictMath.pow(gamma, values.size()));
  }

  private static double[] importance(ImportanceSettings s, double[][] scores, int n) {
    double[] weights = {1, 1, 1};
    for (int m = 0; m < s.getMetricWeightCount(); m++) {
      weights[m] = s.getMetricWeight(m);
    }
    double[] importance = new double[n];
    for (int g = 0; g < n; g++) {
      importance[g] =
          switch (s.getCombination()) {
            case COMBINATION_RANKS ->
                (weights[0] * place(scores[0], g)
                        + weights[1] * place(scores[1], g)
                        + weights[2] * place(scores[2], g))
                    / (weights[0] + weights[1] + weights[2]);
            case COMBINATION_GRADIENT_ACCUMULATION -> share(scores[0], g);
            case COMBINATION_FISHER_INFORMATION -> share(scores[1], g);
            case COMBINATION_BAYESIAN_UNCERTAINTY -> share(scores[2], g);
            default ->
                (weights[0] * share(scores[0], g)
                        + weights[1] * share(scores[1], g)
                        + weights[2] * share(scores[2], g))
                    / (weights[0] + weights[1] + weights[2]);
          };
    }
    return importance;
  }

  private static double share(double[] scores, int group) {
    double sum = 0;
    for (double score : scores) {
      sum = sum + score;
    }
    return sum == 0 ? 1.0 / scores.length : scores[group] / sum;
  }

  private static double place(double[] scores, int group) {
    int lower = 0;
    int equal = 0;
    for (double score : scores) {
      if (score < scores[group]) {
        lower++;
      } else if (score == scores[group]) {
        equal++;
      }
    }
    double all = scores.length * (scores.length + 1) / 2.0;
    return (lower + (equal + 1) / 2.0) / all;
  }

  private int rank(double[] importance, int group) {
    int better = 0;
    for (int other = 0; other < importance.length; other++) {
      int ids = start.getGroups(other).getId().compareTo(start.getGroups(group).getId());
      boolean isBetter =
          importance[other] > importance[group]
              || (importance[other] == importance[group] && ids < 0);
      better += isBetter ? 1 : 0;
    }
    return better + 1;
  }

  private double[] lambda(ImportanceSettings s, int n) {
    double period = s.hasPeriodEpochs() ? s.getPeriodEpochs() : 20;
    double[] lambda = new double[n];
    for (int i = 0; i < n; i++) {
      double phase = (double) i / n;
      lambda[i] = (1 + StrictMath.cos(2 * Math.PI * (epoch / period - phase))) / 2;
    }
    return lambda;
  }

  private double weight(ImportanceSettings s, double gamma) {
    List<Double> overall =
        summaries.stream().map(GradientSummary::getOverallMeanAbsoluteGradient).toList();
    return switch (s.getPenaltyMode()) {
      case PENALTY_MODE_OFF -> 0;
      case PENALTY_MODE_ABSOLUTE -> s.hasPenaltyStrength() ? s.getPenaltyStrength() : 0;
      default -> (s.hasPenaltyStrength() ? s.getPenaltyStrength() : 0.02) * smooth(gamma, overall);
    };
  }
}
