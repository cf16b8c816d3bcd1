package dev.espalier.importance.fold;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.ranking.PosteriorInterval;
import dev.espalier.importance.ranking.Ranking;
import dev.espalier.importance.schedule.CosineSchedule;
import dev.espalier.importance.v1.Coefficients;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.training.v1.GroupShape;
import java.util.ArrayList;
import java.util.List;

/** Puts the state of a run's fold into the messages that leave the service. */
final class Report {
  private final FoldStateOrBuilder state;
  private final Settings settings;
  private final Weighing weighing;
  private final Judging judging;
  private final PosteriorInterval interval;
  private final Ranking ranking;
  private final List<GroupImportance> groups;

  Report(FoldStateOrBuilder state, Settings settings, Weighing weighing, Judging judging) {
    this.state = state;
    this.settings = settings;
    this.weighing = weighing;
    this.judging = judging;
    double[][] scores = weighing.scores();
    double[] importance = settings.combination().combine(scores, settings.weights());
    this.interval =
        new PosteriorInterval(
            scores, settings.combination().weights(settings.weights()), weighing.alpha());
    List<GroupShape> shapes = state.getStart().getGroupsList();
    this.ranking = Ranking.of(importance, shapes.stream().map(GroupShape::getId).toList());
    this.groups = new ArrayList<>(shapes.size());
    for (int i = 0; i < shapes.size(); i++) {
      groups.add(group(i, shapes.get(i), scores, importance[i]));
    }
  }

  ImportanceSnapshot snapshot() {
    ImportanceSnapshot.Builder snapshot =
        ImportanceSnapshot.newBuilder()
            .setRunId(state.getRunId())
            .setEpochsCompleted(state.getEpochsCompleted())
            .setSequence(state.getSequence())
            .setSummaries(state.getSummaries())
            .addAllGroups(groups)
            .setCoefficients(coefficients())
            .setMissingEvents(state.getMissingEvents())
            .setDuplicateEvents(state.getDuplicateEvents())
            .setStaleSummaries(state.getStaleSummaries())
            .setRejectedEvents(state.getRejectedEvents())
            .setPhase(phase(state.getPhase()))
            .setFailure(state.getFailure())
            .setPenaltyOutweighsTask(state.getPenaltyOutweighsTask())
            .setUnitRecords(state.getUnitKeysCount())
            .addAllDiagnoses(judging.diagnoses());
    judging.stability().ifPresent(snapshot::setRankStability);
    if (state.hasTime()) {
      snapshot.setTime(state.getTime());
    }
    if (state.hasTrainingLoss()) {
      snapshot.setTrainingLoss(state.getTrainingLoss());
    }
    if (state.hasValidationLoss()) {
      snapshot.setValidationLoss(state.getValidationLoss());
    }
    return snapshot.build();
  }

  /**
   * @param units what the run recorded unit by unit
   */
  dev.espalier.importance.v1.Ranking ranking(List<UnitScores> units) {
    dev.espalier.importance.v1.Ranking.Builder result =
        dev.espalier.importance.v1.Ranking.newBuilder()
            .setRunId(state.getRunId())
            .setCombination(
                dev.espalier.training.v1.Combination.valueOf(
                    "COMBINATION_" + settings.combination().name()))
            .setSummaries(state.getSummaries())
            .setMissingEvents(state.getMissingEvents())
            .setModel(state.getModel())
            .setModelDigest(state.getModelDigest())
            .setLogDigest(LogDigest.hex(state.getLogDigest()))
            .setEpochsCompleted(state.getEpochsCompleted())
            .addAllDiagnoses(judging.diagnoses())
            .setUnitRecords(units.size());
    judging.stability().ifPresent(result::setRankStability);
    if (Units.declared(state.getStart().getGroupsList()) <= Units.MOST_IN_RANKING) {
      units.forEach(stretch -> result.addUnits(stretch.getEvidence()));
    }
    for (int column : ranking.order()) {
      result.addGroups(groups.get(column));
    }
    return result.build();
  }

  private GroupImportance group(int i, GroupShape shape, double[][] scores, double importance) {
    int rank = ranking.rank()[i];
    GroupImportance.Builder group =
        GroupImportance.newBuilder()
            .setGroupId(shape.getId())
            .setKindValue(shape.getKindValue())
            .addAllComponents(shape.getComponentsList())
            .setParameters(shape.getParameters())
            .setGradientAccumulation(scores[0][i])
            .setFisherInformation(scores[1][i])
            .setBayesianUncertainty(scores[2][i])
            .setBayesianSpread(weighing.spread(i))
            .setImportance(importance)
            .setRank(rank)
            .setMeanAbsoluteParameter(weighing.meanAbsoluteParameter(i))
            .setTiedWithPrevious(isTied(i, rank - 2))
            .setTiedWithNext(isTied(i, rank));
    if (settings.combination() != Combination.RANKS) {
      group.setImportanceLow(interval.low(i)).setImportanceHigh(interval.high(i));
    }
    judging.criticality(i).ifPresent(group::setCriticality);
    return group.build();
  }

  private boolean isTied(int group, int place) {
    return place >= 0
        && place < ranking.order().length
        && interval.areTied(group, ranking.order()[place]);
  }

  private Coefficients coefficients() {
    var next =
        dev.espalier.importance.schedule.Coefficients.of(
            state.getEpochsCompleted(),
            new CosineSchedule(settings.period(), groups.size()),
            settings.strength(),
            state.getPenaltyGradient());
    Coefficients.Builder result =
        Coefficients.newBuilder()
            .setRunId(state.getRunId())
            .setEpoch(next.epoch())
            .setLambdaWeight(next.weight());
    for (int i = 0; i < groups.size(); i++) {
      result.addGroupId(groups.get(i).getGroupId()).addLambda(next.lambda()[i]);
    }
    return result.build();
  }

  private static RunPhase phase(int phase) {
    return switch (phase) {
      case RunFold.COMPLETED, RunFold.STOPPED -> RunPhase.RUN_PHASE_COMPLETED;
      case RunFold.FAILED -> RunPhase.RUN_PHASE_FAILED;
      default -> RunPhase.RUN_PHASE_TRAINING;
    };
  }
}
