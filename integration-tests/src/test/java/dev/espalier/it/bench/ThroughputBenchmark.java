package dev.espalier.it.bench;

import dev.espalier.it.crash.Cluster;
import dev.espalier.it.crash.Node;
import dev.espalier.it.crash.Progress;
import dev.espalier.local.suite.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Summaries that the packaged importance service folds a second, with exactly-once on, against a
 * bare consumer that polls and parses the same records. Both read what lies ready on the broker:
 * the service is halted while it is written. The first round warms both up and is not counted, nor
 * is the first fifth of each.
 */
public final class ThroughputBenchmark {
  private static final int ROUNDS = 4;
  private static final int RUNS = 8;
  private static final double LEFT_OUT = 0.2;
  private static final long BYTES = 800L << 20;

  private ThroughputBenchmark() {}

  /**
   * @param widths groups of a run, such as 20 200 2000
   */
  public static void main(String[] widths) throws Exception {
    System.out.println(
        "| groups | bytes a record | bare, records/s | fold, records/s | ratio | bare, CPU us a record"
            + " | fold, CPU us a record |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (String width : widths) {
      measure(Integer.parseInt(width));
    }
  }

  private static void measure(int groups) throws Exception {
    int bytes = 27 * groups + 60;
    long records = BYTES / bytes / RUNS * RUNS;
    double[] bare = new double[ROUNDS];
    double[] fold = new double[ROUNDS];
    double[] bareCpu = new double[ROUNDS];
    double[] foldCpu = new double[ROUNDS];
    try (Cluster cluster = new Cluster("bench-" + groups, 1, Map.of());
        Workload workload = new Workload(cluster.servers(), groups);
        Progress progress = new Progress(cluster.servers(), Topology.TRAINING_PARTITIONS);
        BareConsumer consumer = new BareConsumer(cluster.servers())) {
      for (int round = 0; round < ROUNDS; round++) {
        signal(cluster.instance(0), "STOP");
        long before = Math.max(0, progress.folded());
        send(workload, round, records / RUNS);
        double own = cpu(ProcessHandle.current().pid());
        bare[round] = consumer.read(records, LEFT_OUT);
        bareCpu[round] = (cpu(ProcessHandle.current().pid()) - own) / records;
        double service = cpu(cluster.instance(0).pid());
        signal(cluster.instance(0), "CONT");
        fold[round] = rate(progress, before, records);
        foldCpu[round] = (cpu(cluster.instance(0).pid()) - service) / records;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %.0f | %.0f | %.2f | %.1f | %.1f |%n",
        groups,
        bytes,
        median(bare),
        median(fold),
        median(fold) / median(bare),
        median(bareCpu),
        median(foldCpu));
  }

  /** Processor time of a process so far, in microseconds. */
  private static double cpu(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow()
            .toNanos()
        / 1e3;
  }

  private static void signal(Node instance, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(instance.pid())).start().waitFor();
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

  /** Of all but the first. */
  private static double median(double[] values) {
    double[] sorted = Arrays.copyOfRange(values, 1, values.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
