package dev.espalier.trainer.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What summaries and penalty cost: milliseconds a training step of an autoencoder, a convolutional
 * network and a transformer (one torch thread), plain and with them. The ways take turns within one
 * run, a round of each after the other, so that whatever else the machine does strikes all alike;
 * the time is the processor time of the one thread that does all the work, so that waiting for a
 * busy processor does not count. Arguments: rounds (default 15) and steps a round (default 48),
 * then names of workloads (default all).
 */
public final class StepBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private StepBenchmark() {}

  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 48;
    List<String> names =
        Arrays.asList(arguments).subList(Math.min(2, arguments.length), arguments.length);
    for (Workload work : Workload.all()) {
      if (names.isEmpty() || names.contains(work.name())) {
        run(work, rounds, steps);
      }
    }
    System.out.printf(
        "%nJava %s, %s, %d processors%n",
        System.getProperty("java.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  private static void run(Workload work, int rounds, int steps) {
    List<StepWay> ways = StepWay.all(work);
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -2; round < rounds; round++) {
      for (int w = 0; w < ways.size(); w++) {
        StepWay way = ways.get(Math.floorMod(w + round, ways.size()));
        double millis = round(way, steps);
        if (round >= 0) {
          times.computeIfAbsent(way.name(), name -> new ArrayList<>()).add(millis);
          System.out.printf(
              "%s, round %2d  %-34s %7.3f ms/step%n", work.name(), round, way.name(), millis);
        }
      }
    }
    System.out.printf("%n%s, %,d parameters%n", work.name(), work.model().parameters());
    report(ways, times);
    ways.forEach(StepWay::close);
  }

  private static double round(StepWay way, int steps) {
    long begin = THREADS.getCurrentThreadCpuTime();
    for (int step = 0; step < steps; step++) {
      way.step(step);
    }
    return (THREADS.getCurrentThreadCpuTime() - begin) / 1e6 / steps;
  }

  private static void report(List<StepWay> ways, Map<String, List<Double>> times) {
    System.out.printf(
        "%n%-34s %10s %10s %14s %14s%n", "way", "median", "fastest", "vs plain DJL", "vs own Adam");
    double djl = median(times.get(ways.get(0).name()));
    double own = median(times.get(ways.get(1).name()));
    for (StepWay way : ways) {
      List<Double> all = times.get(way.name());
      double fastest = all.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
      System.out.printf(
          "%-34s %7.3f ms %7.3f ms %14.3f %14.3f%n",
          way.name(), median(all), fastest, median(all) / djl, median(all) / own);
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }
}
