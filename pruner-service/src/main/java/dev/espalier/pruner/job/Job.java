package dev.espalier.pruner.job;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One pruning and those who watch it. */
public final class Job {
  /**
   * What is asked for, checked and with every default filled in.
   *
   * @param model the model, relative to the model store's root
   * @param order what to do with it, as {@link OrderMessages#complete} gives it
   * @param ranking the run's
   * @param graph the run's, where it is known
   */
  public record Request(
      String model,
      StartPruningRequest order,
      Optional<Ranking> ranking,
      Optional<DependencyGraph> graph) {
    /** Empty for a model that comes alone. */
    public String runId() {
      return order.getRunId();
    }

    /** Prunings with equal keys exclude each other. */
    String key() {
      return runId().isEmpty() ? "model:" + model : "run:" + runId();
    }
  }

  private final String id;
  private final Request request;
  private final Instant started;
  private final List<Consumer<JobState>> watchers = new ArrayList<>();
  private JobState state;

  Job(String id, Request request, Instant started, JobState state) {
    this.id = id;
    this.request = request;
    this.started = started;
    this.state = state;
  }

  public String id() {
    return id;
  }

  public Request request() {
    return request;
  }

  public Instant started() {
    return started;
  }

  public synchronized JobState state() {
    return state;
  }

  synchronized void become(JobState next) {
    state = next;
    List.copyOf(watchers).forEach(watcher -> watcher.accept(next));
    if (next instanceof JobState.Ended) {
      watchers.clear();
    }
  }

  /**
   * Tells the watcher the state now and at every change; it must not block.
   *
   * @return ends the watch
   */
  public synchronized Runnable watch(Consumer<JobState> watcher) {
    watcher.accept(state);
    if (state instanceof JobState.Working) {
      watchers.add(watcher);
    }
    return () -> unwatch(watcher);
  }

  private synchronized void unwatch(Consumer<JobState> watcher) {
    watchers.remove(watcher);
  }
}
