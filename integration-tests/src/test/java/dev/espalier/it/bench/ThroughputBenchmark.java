package dev.espalier.it.bench;

import dev.espalier.it.crash.Cluster;
import dev.espalier.it.crash.Progress;
import dev.espalier.local.suite.Topology;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Summaries that the packaged importance service folds a second, with exactly-once on, against a
 * bare consumer that polls and parses the same records. Both read what lies ready on the broker;
 * the first third of the records, while the JVM warms up, is not counted.
 */
public final class ThroughputBenchmark {
  private static final int ROUNDS = 3;
  private static final int RUNS = 8;
  private static final double LEFT_OUT = 1.0 / 3;
  private static final long BYTES = 600L << 20;

  private ThroughputBenchmark() {}

  /**
   * @param widths groups of a run, such as 20 200 2000
   */
  public static void main(String[] widths) throws Exception {
    System.out.println("| groups | bytes a record | bare, records/s | fold, records/s | ratio |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (String width : widths) {
      measure(Integer.parseInt(width));
    }
  }

  private static void measure(int groups) throws Exception {
    int bytes = 27 * groups + 60;
    long records = BYTES / bytes / RUNS * RUNS;
    double[] bare = new double[ROUNDS];
    double[] fold = new double[ROUNDS];
    try (Cluster cluster = new Cluster("bench-" + groups, 1, Map.of());
        Workload workload = new Workload(cluster.servers(), groups);
        Progress progress = new Progress(cluster.servers(), Topology.TRAINING_PARTITIONS);
        BareConsumer consumer = new BareConsumer(cluster.servers())) {
      for (int round = 0; round < ROUNDS; round++) {
        cluster.instance(0).kill();
        long before = Math.max(0, progress.folded());
        send(workload, round, records / RUNS);
        bare[round] = consumer.read(records, LEFT_OUT);
        cluster.instance(0).start();
        fold[round] = rate(progress, before, records);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %.0f | %.0f | %.2f |%n",
        groups,
        bytes,
        median(bare),
        median(fold),
        median(fold) / median(bare));
  }

  private static void send(Workload workload, int round, long each) {
    for (int run = 0; run < RUNS; run++) {
      workload.start("bench-" + round + "-" + run);
    }
    for (long sequence = 1; sequence < each; sequence++) {
      for (int run = 0; run < RUNS; run++) {
        workload.summary("bench-" + round + "-" + run, sequence, 0);
      }
    }
    workload.flush();
  }

  private static double rate(Progress progress, long before, long records) {
    long from = awaitFolded(progress, before + (long) (records * LEFT_OUT));
    long began = System.nanoTime();
    long to = awaitFolded(progress, before + records);
    return (to - from) / ((System.nanoTime() - began) / 1e9);
  }

  private static long awaitFolded(Progress progress, long records) {
    long folded = progress.folded();
    while (folded < records) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      folded = progress.folded();
    }
    return folded;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
