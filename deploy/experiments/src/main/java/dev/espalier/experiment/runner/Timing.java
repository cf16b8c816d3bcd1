package dev.espalier.experiment.runner;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/** Says how long the cells that are not done will take; a pure function of what is known. */
final class Timing {
  /** From this share on, what a cell has done says how long it takes. */
  private static final double TELLS = 0.02;

  private Timing() {}

  /**
   * A cell at work.
   *
   * @param kind the cells of one kind take about as long
   * @param seconds since its start
   * @param share of it that is done, from 0 to 1, as far as it has said
   * @param shareSeconds since its start when it said so
   */
  record Running(String kind, double seconds, double share, double shareSeconds) {
    private boolean tells() {
      return share >= TELLS;
    }

    private double whole() {
      return shareSeconds / share;
    }
  }

  /**
   * Seconds until all is done, the waiting cells taken in their order by whoever is free first.
   *
   * @param finished seconds of the finished cells, by kind
   * @param running cells at work
   * @param waiting kinds of the cells that have not begun, in order
   * @param workers how many cells run at the same time, at least 1
   * @return finite and not negative; empty as long as nothing is known
   */
  static OptionalDouble left(
      Map<String, List<Double>> finished,
      List<Running> running,
      List<String> waiting,
      int workers) {
    PriorityQueue<Double> free = new PriorityQueue<>(Comparator.naturalOrder());
    for (Running cell : running) {
      OptionalDouble left = left(cell, finished, running);
      if (left.isEmpty()) {
        return OptionalDouble.empty();
      }
      free.add(left.getAsDouble());
    }
    while (free.size() < workers) {
      free.add(0.0);
    }
    double last = running.isEmpty() ? 0 : free.stream().max(Comparator.naturalOrder()).orElse(0.0);
    for (String kind : waiting) {
      OptionalDouble whole = whole(kind, finished, running);
      if (whole.isEmpty()) {
        return OptionalDouble.empty();
      }
      double end = free.remove() + whole.getAsDouble();
      free.add(end);
      last = Math.max(last, end);
    }
    return OptionalDouble.of(last);
  }

  /** By its own pace, the more the further it is; else by its kind. */
  private static OptionalDouble left(
      Running cell, Map<String, List<Double>> finished, List<Running> running) {
    List<Double> same = finished.getOrDefault(cell.kind(), List.of());
    if (cell.tells()) {
      double byPace = Math.max(0, cell.whole() - cell.seconds());
      if (same.isEmpty()) {
        return OptionalDouble.of(byPace);
      }
      double byKind = Math.max(0, mean(same) - cell.seconds());
      return OptionalDouble.of(cell.share() * byPace + (1 - cell.share()) * byKind);
    }
    OptionalDouble whole = whole(cell.kind(), finished, running);
    return whole.isEmpty()
        ? whole
        : OptionalDouble.of(Math.max(0, whole.getAsDouble() - cell.seconds()));
  }

  /** How long a cell of a kind takes: as others of the kind did, else as all others. */
  private static OptionalDouble whole(
      String kind, Map<String, List<Double>> finished, List<Running> running) {
    List<Double> same = finished.getOrDefault(kind, List.of());
    if (!same.isEmpty()) {
      return OptionalDouble.of(mean(same));
    }
    OptionalDouble sameRunning =
        running.stream()
            .filter(cell -> cell.tells() && cell.kind().equals(kind))
            .mapToDouble(Running::whole)
            .average();
    if (sameRunning.isPresent()) {
      return sameRunning;
    }
    List<Double> all = finished.values().stream().flatMap(List::stream).toList();
    if (!all.isEmpty()) {
      return OptionalDouble.of(mean(all));
    }
    return running.stream().filter(Running::tells).mapToDouble(Running::whole).average();
  }

  private static double mean(List<Double> seconds) {
    return seconds.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
