package dev.espalier.pruner.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings {@code espalier.pruner.*}. A key that is not listed here is an error at start-up. */
@ConfigMapping(prefix = "espalier.pruner")
public interface PrunerConfig {
  /** Largest model file, in bytes, at least 1. */
  @WithDefault("536870912")
  long maxModelBytes();

  /** Prunings at work at once, at least 1. */
  @WithDefault("2")
  int workers();

  /** Prunings that may wait for a worker, at least 1. */
  @WithDefault("16")
  int queue();

  /** Prunings that are remembered, at least 1. */
  @WithDefault("1000")
  int jobsKept();

  /** Runs whose graphs, rankings and importance are remembered, at least 1. */
  @WithDefault("1000")
  int runsKept();

  /** Bytes of graphs, of rankings and of importance that are remembered, at least 1. */
  @WithDefault("33554432")
  long runsKeptBytes();

  /**
   * How long StartPruning waits for the ranking of a run that it knows, and CutRun for its
   * importance.
   */
  @WithDefault("5s")
  Duration rankingWait();

  /** How long a pruning may take to read what its run recorded unit by unit. */
  @WithDefault("30s")
  Duration unitsWait();

  /** How long AnalyzeModel and CutRun wait for the broker to take the graph. */
  @WithDefault("2s")
  Duration publishWait();

  /** How long one forward pass of a model may take, as may passes that are timed together. */
  @WithDefault("10m")
  Duration maxPass();
}
