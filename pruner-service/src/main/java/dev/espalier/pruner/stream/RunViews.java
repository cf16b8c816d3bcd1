package dev.espalier.pruner.stream;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.Ranking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What the bus has told of runs: their dependency graphs, and the rankings of those that ended. */
public final class RunViews {
  private final Bounded<DependencyGraph> graphs;
  private final Bounded<Ranking> rankings;
  private final Map<String, List<CompletableFuture<Optional<Ranking>>>> waiting = new HashMap<>();

  /**
   * @param mostRuns runs kept, at least 1; the oldest make room
   * @param mostBytes bytes of their messages kept, for graphs and for rankings each
   */
  public RunViews(int mostRuns, long mostBytes) {
    graphs = new Bounded<>(mostRuns, mostBytes);
    rankings = new Bounded<>(mostRuns, mostBytes);
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
    List<CompletableFuture<Optional<Ranking>>> waiters;
    synchronized (waiting) {
      rankings.put(runId, ranking);
      waiters = waiting.remove(runId);
    }
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.complete(Optional.of(ranking)));
    }
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
    synchronized (waiting) {
      Optional<Ranking> known = rankings.get(runId);
      if (known.isPresent()) {
        return CompletableFuture.completedStage(known);
      }
      CompletableFuture<Optional<Ranking>> waiter = new CompletableFuture<>();
      waiting.computeIfAbsent(runId, id -> new ArrayList<>()).add(waiter);
      waiter.whenComplete((ranking, error) -> forget(runId, waiter));
      return waiter.completeOnTimeout(Optional.empty(), longest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void forget(String runId, CompletableFuture<Optional<Ranking>> waiter) {
    synchronized (waiting) {
      List<CompletableFuture<Optional<Ranking>>> waiters = waiting.get(runId);
      if (waiters != null) {
        waiters.remove(waiter);
        if (waiters.isEmpty()) {
          waiting.remove(runId);
        }
      }
    }
  }
}
