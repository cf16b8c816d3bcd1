package dev.espalier.importance.api;

import dev.espalier.importance.history.Place;
import dev.espalier.importance.v1.Coefficients;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;

/** Results of runs for tests. */
final class Results {
  private Results() {}

  static ImportanceSnapshot snapshot(String run, int epoch) {
    return snapshot(run, epoch, RunPhase.RUN_PHASE_TRAINING);
  }

  static ImportanceSnapshot snapshot(String run, int epoch, RunPhase phase) {
    return ImportanceSnapshot.newBuilder()
        .setRunId(run)
        .setEpochsCompleted(epoch)
        .setSequence(10L * epoch + phase.getNumber())
        .setPhase(phase)
        .setCoefficients(Coefficients.newBuilder().setRunId(run).setEpoch(epoch))
        .build();
  }

  /** As if it had come from the bus, at an offset that is its sequence number. */
  static void put(RunView view, ImportanceSnapshot snapshot) {
    view.put(snapshot, "", new Place(0, snapshot.getSequence()));
  }

  static void put(RunView view, Ranking ranking) {
    view.put(ranking, new Place(0, 0));
  }

  static Ranking ranking(String run) {
    return Ranking.newBuilder().setRunId(run).setModel("m").build();
  }
}
