package dev.espalier.it.bench;

import dev.espalier.it.crash.Cluster;
import dev.espalier.it.crash.Node;
import dev.espalier.it.crash.Progress;
import dev.espalier.local.suite.Topology;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A thousand runs at once on one instance: what they take of its heap, and how long after {@code
 * kill -9}, started again at once, the next record is folded.
 */
public final class RunsBenchmark {
  private static final int RUNS = 1000;
  private static final int SUMMARIES = 5;
  private static final int KILLS = 5;

  private RunsBenchmark() {}

  /**
   * @param widths groups of each run, such as 20 200
   */
  public static void main(String[] widths) throws Exception {
    System.out.println(
        "| runs | groups | heap before MiB | after MiB | KiB a run | kill to ready s | kill to next"
            + " fold s, each kill | restore of one store and partition, mean s |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (String width : widths) {
      measure(Integer.parseInt(width));
    }
  }

  private static void measure(int groups) throws Exception {
    try (Cluster cluster = new Cluster("runs-" + groups, 1, Map.of());
        Workload workload = new Workload(cluster.servers(), groups);
        Progress progress = new Progress(cluster.servers(), Topology.TRAINING_PARTITIONS)) {
      Node instance = cluster.instance(0);
      double before = heapAfterCollection(instance);
      for (int run = 0; run < RUNS; run++) {
        workload.start("run-" + run);
      }
      for (long sequence = 1; sequence <= SUMMARIES; sequence++) {
        for (int run = 0; run < RUNS; run++) {
          workload.summary("run-" + run, sequence, 0);
        }
      }
      workload.flush();
      awaitFolded(progress, RUNS * (SUMMARIES + 1L));
      double after = heapAfterCollection(instance);
      StringBuilder kills = new StringBuilder();
      double ready = 0;
      for (int kill = 1; kill <= KILLS; kill++) {
        long folded = progress.folded();
        long killed = System.nanoTime();
        instance.kill();
        instance.start();
        workload.summary("run-" + kill, SUMMARIES + 1, 0);
        workload.flush();
        awaitFolded(progress, folded + 1);
        kills.append(String.format(Locale.ROOT, "%.1f ", (System.nanoTime() - killed) / 1e9));
        instance.awaitReady();
        ready = (System.nanoTime() - killed) / 1e9;
      }
      String metrics = metrics(instance);
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %.1f | %.1f | %.1f | %.1f | %s| %.2f |%n",
          RUNS,
          groups,
          before,
          after,
          (after - before) * 1024 / RUNS,
          ready,
          kills,
          value(metrics, "espalier_importance_restore_seconds_sum")
              / value(metrics, "espalier_importance_restore_seconds_count"));
    }
  }

  private static void awaitFolded(Progress progress, long records) {
    while (progress.folded() < records) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** MiB in use after two full collections. */
  private static double heapAfterCollection(Node instance)
      throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    for (int i = 0; i < 2; i++) {
      new ProcessBuilder(jcmd.toString(), Long.toString(instance.pid()), "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
    return metrics(instance)
            .lines()
            .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(RunsBenchmark::number)
            .sum()
        / (1 << 20);
  }

  private static String metrics(Node instance) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + instance.port() + "/q/metrics");
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(RunsBenchmark::number)
        .sum();
  }

  private static double number(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
