package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Which cells are done, at work and waiting; hands them out and tells the progress. */
final class Board {
  /** A cell says how far it is after every batch; a person need not know as often. */
  private static final long APART = 250_000_000;

  private static final double NANOS = 1e9;

  private static final class AtWork {
    private final long since;
    private double share;
    private double shareSeconds;

    private AtWork(long since) {
      this.since = since;
    }

    private double seconds(long now) {
      return (now - since) / NANOS;
    }
  }

  private final int all;
  private final int workers;
  private final Progress progress;
  private final LongSupplier nanos;
  private final Deque<Cell> waiting;
  private final Map<Cell, AtWork> running = new LinkedHashMap<>();
  private final Map<String, List<Double>> finished = new HashMap<>();
  private int done;
  private boolean stopped;
  private long told;

  Board(Collection<Cell> cells, int all, int workers, Progress progress, LongSupplier nanos) {
    this.waiting = new ArrayDeque<>(cells);
    this.all = all;
    this.done = all - cells.size();
    this.workers = workers;
    this.progress = progress;
    this.nanos = nanos;
  }

  /** A cell whose result was there already; {@link #done} counts it. */
  synchronized void known(Cell cell, double seconds) {
    took(cell, seconds);
  }

  /** The next cell to work out; none where all are taken, or after {@link #stop}. */
  synchronized Optional<Cell> next() {
    if (stopped || waiting.isEmpty()) {
      return Optional.empty();
    }
    Cell cell = waiting.remove();
    running.put(cell, new AtWork(nanos.getAsLong()));
    tell();
    return Optional.of(cell);
  }

  /** What a cell says of itself; taken for what it can be. */
  synchronized void share(Cell cell, double share) {
    AtWork work = running.get(cell);
    if (work == null || Double.isNaN(share)) {
      return;
    }
    work.share = Math.clamp(share, 0.0, 1.0);
    work.shareSeconds = work.seconds(nanos.getAsLong());
    if (nanos.getAsLong() - told >= APART) {
      tell();
    }
  }

  /** A cell whose result is kept now. */
  synchronized void end(Cell cell, double seconds) {
    running.remove(cell);
    done++;
    took(cell, seconds);
    tell();
  }

  /** A cell without a result: no other one begins. */
  synchronized void failed(Cell cell) {
    running.remove(cell);
    stopped = true;
    tell();
  }

  /** No cell begins any more. */
  synchronized void stop() {
    stopped = true;
  }

  /** Cells whose results are kept. */
  synchronized int done() {
    return done;
  }

  /** Cells of the grid. */
  int all() {
    return all;
  }

  /** What a person should know. */
  synchronized void note(String note) {
    progress.note(note);
  }

  /** Tells where it stands, now. */
  synchronized void tell() {
    long now = nanos.getAsLong();
    told = now;
    List<Timing.Running> atWork = new ArrayList<>();
    double shares = 0;
    for (Map.Entry<Cell, AtWork> cell : running.entrySet()) {
      AtWork work = cell.getValue();
      shares += work.share;
      atWork.add(
          new Timing.Running(
              kind(cell.getKey()), work.seconds(now), work.share, work.shareSeconds));
    }
    List<String> kinds = waiting.stream().map(Board::kind).toList();
    progress.at(
        new Progress.State(done, all, shares, Timing.left(finished, atWork, kinds, workers)));
  }

  private void took(Cell cell, double seconds) {
    finished.computeIfAbsent(kind(cell), kind -> new ArrayList<>()).add(seconds);
  }

  /** Cells that differ in their seed alone take about as long. */
  private static String kind(Cell cell) {
    return cell.settings().toString();
  }
}
