package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.espalier.importance.v1.Criticality;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.Verdict;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

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
      long parameters,
      double meanAbsoluteParameter,
      Optional<Criticality> criticality) {}

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
      OptionalDouble tau,
      Optional<Collapse> collapse,
      RunPhase phase,
      boolean ranks,
      boolean withdraws,
      boolean publishesUnits,
      List<UnitEvidence> units,
      String digest) {}

  /** Cuts that collapsed: when the first and the last were, and the numbers of the last. */
  record Collapse(
      int firstEpoch, int lastEpoch, double share, double most, double before, double after) {}

  /** What bears on the sizes of the groups, in order. */
  private sealed interface Moment {}

  private record Batch(GradientSummary summary) implements Moment {}

  private record EpochEnd(int next) implements Moment {}

  private record CutMade() implements Moment {}

  /** A term of a sum over a half cycle: added, or after a cut multiplied. */
  private sealed interface Term {}

  /** Mean |parameter| of a group and of the others at a batch. */
  private record Size(double own, double others) implements Term {}

  private record Link(double own, double others) implements Term {}

  private RunStarted start;
  private List<GroupShape> groups;
  private final List<Moment> moments = new ArrayList<>();
  private RunPhase phase = RunPhase.RUN_PHASE_TRAINING;
  private boolean stopped;
  private boolean unitsAreOut;
  private final List<GradientSummary> summaries = new ArrayList<>();
  private final List<GradientSummary> ofEpoch = new ArrayList<>();
  private final List<UnitSummary> units = new ArrayList<>();
  private final List<double[]> importanceOfEpochs = new ArrayList<>();
  private long newest = -1;
  private long missing;
  private long duplicates;
  private int epoch;
  private int batchesOfEpochs;
  private final List<RunPruned> cuts = new ArrayList<>();
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
      boolean wasTraining = reference.phase == RunPhase.RUN_PHASE_TRAINING;
      reference.take(event);
      boolean isQuiet = event.hasRunResumed() && wasTraining;
      if (!event.hasGradientSummary() && !event.hasUnitSummary() && !isQuiet) {
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
    for (Checksum sum : List.of(new CRC32(), new CRC32C())) {
      sum.update(event.toByteArray());
      bytes.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
    digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    if (event.hasRunStarted()) {
      start = event.getRunStarted();
      groups = start.getGroupsList();
    } else if (event.hasRunPruned()) {
      cut(event.getRunPruned());
    } else if (event.hasRunCompleted()) {
      stopped = event.getRunCompleted().getStopped();
      phase = RunPhase.RUN_PHASE_COMPLETED;
    } else if (event.hasRunFailed()) {
      stopped = false;
      phase = RunPhase.RUN_PHASE_FAILED;
    } else if (event.hasRunResumed()) {
      phase = RunPhase.RUN_PHASE_TRAINING;
    } else if (event.hasGradientSummary()) {
      summaries.add(event.getGradientSummary());
      ofEpoch.add(event.getGradientSummary());
      moments.add(new Batch(event.getGradientSummary()));
    } else if (event.hasUnitSummary()) {
      units.add(event.getUnitSummary());
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
      batchesOfEpochs = summaries.size();
      moments.add(new EpochEnd(epoch));
    }
  }

  /**
   * All that was said of a unit is said of it in its new place, as if the others had never been.
   */
  private void cut(RunPruned pruned) {
    for (int g = 0; g < groups.size(); g++) {
      ByteString kept = pruned.getKept(g);
      for (int i = 0; i < units.size() && !kept.isEmpty(); i++) {
        UnitSummary summary = units.get(i);
        if (summary.getGroupId().equals(groups.get(g).getId())) {
          UnitSummary.Builder cut = summary.toBuilder().clearGradient().clearFisher().clearTaylor();
          for (int u = 0; u < groups.get(g).getUnits(); u++) {
            if ((kept.byteAt(u / 8) & 1 << u % 8) != 0) {
              cut.addGradient(summary.getGradient(u)).addFisher(summary.getFisher(u));
              if (summary.getTaylorCount() > 0) {
                cut.addTaylor(summary.getTaylor(u));
              }
            }
          }
          units.set(i, cut.build());
        }
      }
    }
    groups = pruned.getGroupsList();
    cuts.add(pruned);
    moments.add(new CutMade());
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
    if (event.hasEpochCompleted() && !summaries.isEmpty()) {
      importanceOfEpochs.add(importance);
    }
    List<Group> scored = new ArrayList<>();
    for (int g = 0; g < n; g++) {
      double parameter = 0;
      if (!summaries.isEmpty()) {
        GradientSummary last = summaries.get(summaries.size() - 1);
        parameter = last.getL1Norm(g) / last.getCount(g);
      }
      scored.add(
          new Group(
              start.getGroups(g).getId(),
              scores[0][g],
              scores[1][g],
              scores[2][g],
              spread[g],
              importance[g],
              rank(importance, g),
              groups.get(g).getParameters(),
              parameter,
              criticality(s, g, n)));
    }
    List<UnitEvidence> evidence = unitEvidence(gamma);
    boolean publishes =
        event.hasRunCompleted()
            || event.getEpochCompleted().getCutFollows()
            || event.hasRunPruned() && unitsAreOut;
    unitsAreOut = publishes ? !evidence.isEmpty() : unitsAreOut;
    return new Expected(
        newest,
        epoch,
        summaries.size(),
        missing,
        duplicates,
        summaries.stream().filter(GradientSummary::getStaleCoefficients).count(),
        outweighs,
        event.getTime(),
        scored,
        lambda(s, n),
        weight(s, gamma),
        tau(),
        collapse(s),
        phase,
        event.hasRunCompleted(),
        event.hasRunResumed() && stopped,
        publishes,
        evidence,
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
        summaries.stream()
            .limit(batchesOfEpochs)
            .map(GradientSummary::getOverallMeanAbsoluteGradient)
            .toList();
    return switch (s.getPenaltyMode()) {
      case PENALTY_MODE_OFF -> 0;
      case PENALTY_MODE_ABSOLUTE -> s.hasPenaltyStrength() ? s.getPenaltyStrength() : 0;
      default -> (s.hasPenaltyStrength() ? s.getPenaltyStrength() : 0.02) * smooth(gamma, overall);
    };
  }

  private Optional<Criticality> criticality(ImportanceSettings s, int g, int n) {
    double period = s.hasPeriodEpochs() ? s.getPeriodEpochs() : 20;
    Map<Long, List<Term>> halves = new TreeMap<>();
    Criticality.Builder newest = Criticality.newBuilder();
    int reached = 0;
    Size last = null;
    Size beforeCut = null;
    for (Moment moment : moments) {
      if (moment instanceof CutMade) {
        beforeCut = beforeCut == null ? last : beforeCut;
        continue;
      }
      int at = moment instanceof Batch b ? b.summary().getEpoch() : ((EpochEnd) moment).next();
      long open = half(period, reached, g, n);
      if (at > reached) {
        boolean isOver = half(period, at, g, n) > open;
        if (isOver && open % 2 == 0 && halves.containsKey(open) && halves.containsKey(open - 1)) {
          verdict(newest, open / 2, halves.get(open - 1), halves.get(open));
        }
        reached = at;
      }
      if (moment instanceof Batch batch) {
        last = size(batch.summary(), g, n);
        if (at < reached) {
          continue;
        }
        if (beforeCut != null) {
          Link link =
              new Link(
                  ratio(last.own(), beforeCut.own()), ratio(last.others(), beforeCut.others()));
          halves.values().forEach(terms -> terms.add(link));
          beforeCut = null;
        }
        halves.computeIfAbsent(half(period, at, g, n), h -> new ArrayList<>()).add(last);
      }
    }
    return newest.getCycles() == 0 ? Optional.empty() : Optional.of(newest.build());
  }

  private static double ratio(double after, double before) {
    return after == before ? 1 : after / before;
  }

  private static long half(double period, int epoch, int g, int n) {
    return (long) Math.floor(2 * (epoch / period - (double) g / n) + 0.5);
  }

  private static Size size(GradientSummary summary, int g, int n) {
    double left = 0;
    double right = 0;
    double count = 0;
    for (int j = 0; j < g; j++) {
      left = left + summary.getL1Norm(j);
      count = count + summary.getCount(j);
    }
    for (int j = n - 1; j > g; j--) {
      right = right + summary.getL1Norm(j);
      count = count + summary.getCount(j);
    }
    double others = n == 1 ? 0 : (left + right) / count;
    return new Size(summary.getL1Norm(g) / summary.getCount(g), others);
  }

  private static void verdict(
      Criticality.Builder newest, long cycle, List<Term> before, List<Term> pressed) {
    double own = own(pressed) / own(before);
    double others = others(pressed) / others(before);
    double change = own / (Double.isNaN(others) ? 1 : others) - 1;
    Verdict verdict =
        change >= -0.01
            ? Verdict.VERDICT_CRITICAL
            : change < -0.05 ? Verdict.VERDICT_CANDIDATE : Verdict.VERDICT_NEITHER;
    newest
        .setCycle(cycle)
        .setVerdict(verdict)
        .setBefore(own(before))
        .setPressed(own(pressed))
        .setOthersBefore(others(before))
        .setOthersPressed(others(pressed))
        .setChange(change)
        .setSummariesBefore(batches(before))
        .setSummariesPressed(batches(pressed))
        .setCycles(newest.getCycles() + 1);
    if (verdict == Verdict.VERDICT_CRITICAL) {
      newest.setCriticalCycles(newest.getCriticalCycles() + 1);
    } else if (verdict == Verdict.VERDICT_CANDIDATE) {
      newest.setCandidateCycles(newest.getCandidateCycles() + 1);
    }
  }

  private static double own(List<Term> terms) {
    return mean(terms, Size::own, Link::own);
  }

  private static double others(List<Term> terms) {
    return mean(terms, Size::others, Link::others);
  }

  private static double mean(
      List<Term> terms, ToDoubleFunction<Size> number, ToDoubleFunction<Link> factor) {
    double sum = 0;
    for (Term term : terms) {
      sum =
          switch (term) {
            case Size size -> sum + number.applyAsDouble(size);
            case Link link -> sum * factor.applyAsDouble(link);
          };
    }
    return sum / batches(terms);
  }

  private static long batches(List<Term> terms) {
    return terms.stream().filter(term -> term instanceof Size).count();
  }

  private OptionalDouble tau() {
    int epochs = importanceOfEpochs.size();
    if (epochs < 2) {
      return OptionalDouble.empty();
    }
    double[] a = importanceOfEpochs.get(epochs - 2);
    double[] b = importanceOfEpochs.get(epochs - 1);
    long difference = 0;
    long untiedInA = 0;
    long untiedInB = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        difference += (long) (Math.signum(a[i] - a[j]) * Math.signum(b[i] - b[j]));
        untiedInA += a[i] == a[j] ? 0 : 1;
        untiedInB += b[i] == b[j] ? 0 : 1;
      }
    }
    double tau = difference / Math.sqrt((double) untiedInA * untiedInB);
    return Double.isNaN(tau) ? OptionalDouble.empty() : OptionalDouble.of(tau);
  }

  private Optional<Collapse> collapse(ImportanceSettings s) {
    double most =
        s.getThresholds().hasCollapsedShare() ? s.getThresholds().getCollapsedShare() : 0.5;
    List<Collapse> found = new ArrayList<>();
    for (RunPruned cut : cuts) {
      double before = cut.getValidationLossBefore();
      double after = cut.getValidationLossAfter();
      double lost = after - before;
      double gained = cut.getInitialValidationLoss() - before;
      boolean isMeasured =
          cut.hasInitialValidationLoss()
              && cut.hasValidationLossBefore()
              && cut.hasValidationLossAfter();
      if (isMeasured && gained > 0 && lost / gained > most) {
        int at = cut.getAfterEpochs() - 1;
        int first = found.isEmpty() ? at : found.getFirst().firstEpoch();
        found.add(new Collapse(first, at, lost / gained, most, before, after));
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
  }

  private List<UnitEvidence> unitEvidence(double gamma) {
    List<UnitEvidence> evidence = new ArrayList<>();
    for (GroupShape group : groups) {
      List<UnitSummary> own =
          units.stream().filter(u -> u.getGroupId().equals(group.getId())).toList();
      if (own.isEmpty()) {
        continue;
      }
      UnitEvidence.Builder one = UnitEvidence.newBuilder().setGroupId(group.getId());
      for (int unit = 0; unit < group.getUnits(); unit++) {
        int u = unit;
        one.addGradient(smooth(gamma, own.stream().map(s -> (double) s.getGradient(u)).toList()));
        one.addFisher(smooth(gamma, own.stream().map(s -> (double) s.getFisher(u)).toList()));
        if (own.getFirst().getTaylorCount() > 0) {
          one.addTaylor(smooth(gamma, own.stream().map(s -> (double) s.getTaylor(u)).toList()));
        }
      }
      evidence.add(one.build());
    }
    return evidence;
  }
}
