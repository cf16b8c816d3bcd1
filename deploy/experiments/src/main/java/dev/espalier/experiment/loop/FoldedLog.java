package dev.espalier.experiment.loop;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.run.EventSink;
import dev.espalier.trainer.run.OutgoingEvent;
import dev.espalier.training.v1.EpochCompleted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log of one run in the place of the bus: each event is folded at once, on the thread that
 * tells it, and the coefficients that follow are there before the next one.
 */
final class FoldedLog implements EventSink {
  private final RunFold fold = RunFold.fresh();
  private final CoefficientBoard board = new CoefficientBoard(() -> {});
  private final List<ImportanceSnapshot> epochSnapshots = new ArrayList<>();
  private final List<EpochCompleted> epochs = new ArrayList<>();
  private ImportanceSnapshot newest;
  private Ranking ranking;
  private List<UnitScores> units = List.of();

  @Override
  public synchronized boolean offer(OutgoingEvent outgoing, boolean droppable) {
    switch (fold.fold(outgoing.event())) {
      case Outcome.Folded folded -> take(folded);
      case Outcome.Rejected rejected ->
          throw new IllegalStateException("the fold refused an event: " + rejected.reason());
      case Outcome.Duplicate duplicate ->
          throw new IllegalStateException(
              "event " + outgoing.event().getSequence() + " came twice");
      case Outcome.Deleted deleted -> throw new IllegalStateException("the run was deleted");
    }
    if (outgoing.event().hasEpochCompleted()) {
      epochs.add(outgoing.event().getEpochCompleted());
      epochSnapshots.add(newest);
    }
    return true;
  }

  private void take(Outcome.Folded folded) {
    folded
        .snapshot()
        .ifPresent(
            snapshot -> {
              newest = snapshot;
              board.put(coefficients(snapshot.getCoefficients()));
            });
    folded.ranking().ifPresent(its -> ranking = its);
    if (!folded.units().isEmpty()) {
      units = folded.units();
    }
  }

  private static Coefficients coefficients(dev.espalier.importance.v1.Coefficients message) {
    Map<String, Double> lambda = new HashMap<>();
    for (int i = 0; i < message.getGroupIdCount(); i++) {
      lambda.put(message.getGroupId(i), message.getLambda(i));
    }
    return new Coefficients(message.getEpoch(), lambda, message.getLambdaWeight());
  }

  CoefficientBoard board() {
    return board;
  }

  /** The newest importance; there is one from the run's start on. */
  synchronized ImportanceSnapshot newest() {
    return newest;
  }

  /** The importance after each epoch. */
  synchronized List<ImportanceSnapshot> epochSnapshots() {
    return List.copyOf(epochSnapshots);
  }

  /** The ends of the epochs. */
  synchronized List<EpochCompleted> epochs() {
    return List.copyOf(epochs);
  }

  /** The final ranking; empty before the run's end. */
  synchronized Optional<Ranking> ranking() {
    return Optional.ofNullable(ranking);
  }

  /** What was recorded of units, up to the run's end or the cut that is due. */
  synchronized List<UnitEvidence> units() {
    return units.stream()
        .sorted(Comparator.comparingInt(UnitScores::getOffset))
        .map(UnitScores::getEvidence)
        .toList();
  }

  @Override
  public Optional<String> trouble(String runId) {
    return Optional.empty();
  }

  @Override
  public long refusedSummaries(String runId) {
    return 0;
  }

  @Override
  public boolean idle() {
    return true;
  }
}
