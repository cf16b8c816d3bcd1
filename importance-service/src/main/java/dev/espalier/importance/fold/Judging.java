package dev.espalier.importance.fold;

import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.diagnosis.Collapsed;
import dev.espalier.importance.diagnosis.CouplingFirst;
import dev.espalier.importance.diagnosis.Diagnosis;
import dev.espalier.importance.diagnosis.Flat;
import dev.espalier.importance.diagnosis.NotFinite;
import dev.espalier.importance.diagnosis.Oscillating;
import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.importance.ranking.RankStability;
import dev.espalier.importance.schedule.CosineSchedule;
import dev.espalier.importance.v1.Criticality;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.training.v1.RunPruned;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a run's fold makes of its numbers: verdicts, stability of the ranking, diagnoses. */
final class Judging {
  private final Settings settings;
  private final boolean[] isCoupling;
  private final Verdicts verdicts;
  private final Diagnoses diagnoses;
  private double[] importance;
  private OptionalDouble stability;
  private double peakGradient;

  /**
   * @param state of the run, opened
   */
  Judging(Settings settings, FoldStateOrBuilder state) {
    this.settings = settings;
    int groups = state.getStart().getGroupsCount();
    isCoupling = new boolean[groups];
    for (int i = 0; i < groups; i++) {
      isCoupling[i] = state.getStart().getGroups(i).getKind() == GroupKind.GROUP_KIND_COUPLING;
    }
    verdicts =
        new Verdicts(
            new CosineSchedule(settings.period(), groups),
            settings.thresholds().criticality(),
            state.getCriticality());
    diagnoses = new Diagnoses(state.getDiagnosesList());
    importance = state.getEpochImportanceList().stream().mapToDouble(x -> x).toArray();
    stability =
        state.hasRankStability()
            ? OptionalDouble.of(state.getRankStability())
            : OptionalDouble.empty();
    peakGradient = state.getPeakGradient();
  }

  void add(int epoch, GroupEvidence batch) {
    verdicts.add(epoch, batch);
  }

  /** Takes a number that is not finite. */
  void add(NotFinite notFinite) {
    diagnoses.add(notFinite, notFinite.epoch());
  }

  /**
   * Judges the run after an epoch.
   *
   * @param epoch that has ended
   * @param weighing with at least one batch
   */
  void closeEpoch(int epoch, Weighing weighing) {
    verdicts.advance(epoch + 1);
    double[][] scores = weighing.scores();
    double[] now = settings.combination().combine(scores, settings.weights());
    OptionalDouble before = stability;
    stability =
        importance.length == 0 ? OptionalDouble.empty() : RankStability.tau(importance, now);
    importance = now;
    peakGradient = Math.max(peakGradient, weighing.overallGradient());
    Thresholds t = settings.thresholds();
    note(
        epoch,
        Flat.of(
            scores,
            weighing.overallGradient(),
            peakGradient,
            t.flatVariation(),
            t.vanishedGradient()));
    note(epoch, CouplingFirst.of(scores, isCoupling, t.couplingLead()));
    note(epoch, Oscillating.of(now.length, before, stability, t.oscillatingTau()));
  }

  /** The groups are cut; judged where all three losses were measured. */
  void cut(RunPruned cut, Weighing weighing) {
    weighing.newest(verdicts::cut);
    if (cut.hasInitialValidationLoss()
        && cut.hasValidationLossBefore()
        && cut.hasValidationLossAfter()) {
      note(
          cut.getAfterEpochs() - 1,
          Collapsed.of(
              cut.getInitialValidationLoss(),
              cut.getValidationLossBefore(),
              cut.getValidationLossAfter(),
              settings.thresholds().collapsedShare()));
    }
  }

  Optional<Criticality> criticality(int group) {
    return verdicts.newest(group);
  }

  /** Kendall tau-b between the newest two epochs; empty where it is not known. */
  OptionalDouble stability() {
    return stability;
  }

  Collection<dev.espalier.importance.v1.Diagnosis> diagnoses() {
    return diagnoses.all();
  }

  /** Diagnoses whose kind was first seen since the last call. */
  List<dev.espalier.importance.v1.Diagnosis> takeFound() {
    return diagnoses.takeFound();
  }

  /** Removes what {@link #save} writes from a state. */
  static void clear(FoldState.Builder state) {
    state.clearCriticality().clearEpochImportance().clearRankStability().clearDiagnoses();
  }

  /** Writes all of it into a state that was cleared. */
  void save(FoldState.Builder state) {
    state.setCriticality(verdicts.state()).setPeakGradient(peakGradient);
    for (double value : importance) {
      state.addEpochImportance(value);
    }
    stability.ifPresent(state::setRankStability);
    state.addAllDiagnoses(diagnoses.all());
  }

  private void note(int epoch, Optional<? extends Diagnosis> diagnosis) {
    diagnosis.ifPresent(d -> diagnoses.add(d, epoch));
  }
}
