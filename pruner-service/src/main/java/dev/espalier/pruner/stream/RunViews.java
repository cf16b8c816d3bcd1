package dev.espalier.pruner.stream;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the bus has told of runs: their dependency graphs, the rankings of those that ended and the
 * importance of those that train.
 */
public final class RunViews {
  private final Bounded<DependencyGraph> graphs;
  private final Arrivals<Ranking> rankings;
  private final Arrivals<ImportanceSnapshot> snapshots;

  /**
   * @param mostRuns runs kept, at least 1; the oldest make room
   * @param mostBytes bytes of their messages kept, for graphs, rankings and importance each
   */
  public RunViews(int mostRuns, long mostBytes) {
    graphs = new Bounded<>(mostRuns, mostBytes);
    rankings = new Arrivals<>(new Bounded<>(mostRuns, mostBytes));
    snapshots = new Arrivals<>(new Bounded<>(mostRuns, mostBytes));
  }

  /**
   * @param key run id, or the model's digest where it came alone
   */
  public void graph(String key, DependencyGraph graph) {
    graphs.put(key, graph);
  }

  /**
   * Takes up a graph unless one of another model is known by that key.
   *
   * @return the one that is known, of another model; empty where the graph was taken
   */
  public Optional<DependencyGraph> offerGraph(String key, DependencyGraph graph) {
    return graphs.putUnless(
        key, graph, known -> !known.getModelDigest().equals(graph.getModelDigest()));
  }

  public void forgetGraph(String key) {
    graphs.remove(key);
  }

  public Optional<DependencyGraph> graph(String key) {
    return graphs.get(key);
  }

  public void ranking(String runId, Ranking ranking) {
    rankings.put(runId, ranking);
  }

  public void forgetRanking(String runId) {
    rankings.remove(runId);
  }

  public Optional<Ranking> ranking(String runId) {
    return rankings.get(runId);
  }

  /**
   * The ranking now, or as soon as it arrives.
   *
   * @param longest after which to give up
   * @return done at once or within that time; empty where none arrived
   */
  public CompletionStage<Optional<Ranking>> awaitRanking(String runId, Duration longest) {
    return rankings.await(runId, ranking -> true, longest);
  }

  /** Takes the importance of a run that trains; that of one that has ended is not needed. */
  public void snapshot(String runId, ImportanceSnapshot snapshot) {
    if (snapshot.getPhase() == RunPhase.RUN_PHASE_TRAINING) {
      snapshots.put(runId, snapshot);
    } else {
      forgetSnapshot(runId);
    }
  }

  public void forgetSnapshot(String runId) {
    snapshots.remove(runId);
  }

  /**
   * The importance after so many epochs or more, now or as soon as it arrives.
   *
   * @param longest after which to give up
   * @return done at once or within that time; empty where none arrived
   */
  public CompletionStage<Optional<ImportanceSnapshot>> awaitSnapshot(
      String runId, int epochs, Duration longest) {
    return snapshots.await(runId, snapshot -> snapshot.getEpochsCompleted() >= epochs, longest);
  }
}
