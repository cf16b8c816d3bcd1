package dev.espalier.local.cli;

import dev.espalier.experiment.Bench;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Trains nothing, one cell a seed. */
final class CountingExperiment implements Experiment {
  private final AtomicInteger worked = new AtomicInteger();
  private volatile String failing = "none";
  private volatile boolean usesData = true;

  int worked() {
    return worked.get();
  }

  /** From now on a cell fails. */
  void fail(String key) {
    failing = key;
  }

  /** From now on images make no difference to it. */
  void playsItself() {
    usesData = false;
  }

  @Override
  public boolean usesData() {
    return usesData;
  }

  @Override
  public String name() {
    return "counting";
  }

  @Override
  public String question() {
    return "How many cells are there?";
  }

  @Override
  public int seeds(boolean quick) {
    return quick ? 1 : 2;
  }

  @Override
  public List<Cell> cells(Setup setup) {
    return LongStream.rangeClosed(1, setup.seeds())
        .mapToObj(seed -> new Cell(Map.of(), seed))
        .toList();
  }

  @Override
  public List<Table> run(Cell cell, Bench bench) throws IOException {
    if (cell.key().equals(failing)) {
      throw new IOException("no room");
    }
    worked.incrementAndGet();
    bench.done(1);
    return List.of(Table.of("count", "cells").row(1).build());
  }

  @Override
  public Findings findings(Setup setup, List<CellResult> results) {
    Findings.Outcome outcome =
        results.size() > 2 ? Findings.Outcome.CONFIRMED : Findings.Outcome.NOT_CONFIRMED;
    return new Findings(
        List.of(
            new Findings.Verdict(
                "There are more than two of them, which is a claim of some length in words.",
                outcome,
                results.size() + " cells")),
        List.of());
  }
}
