package dev.espalier.it.bench;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.it.crash.Cluster;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * From an epoch's last gradient to the coefficients of the next epoch: a trainer sends the end of
 * an epoch and waits for its stream of coefficients, with exactly-once on, while nothing else goes
 * on and while others send so many summaries a second.
 */
public final class LatencyBenchmark {
  private static final int GROUPS = 20;
  private static final int WARM_UP = 50;
  private static final int EPOCHS = 400;
  private static final int BATCHES = 10;
  private static final int OTHER_RUNS = 20;

  private LatencyBenchmark() {}

  /**
   * @param rates summaries a second beside the run, such as 0 1000
   */
  public static void main(String[] rates) throws Exception {
    System.out.println("| other summaries/s | epochs | median ms | p99 ms | max ms |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (String rate : rates) {
      measure(Integer.parseInt(rate));
    }
  }

  private static void measure(int rate) throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    try (Cluster cluster = new Cluster("latency-" + rate, 1, Map.of());
        Workload run = new Workload(cluster.servers(), GROUPS);
        Workload others = new Workload(cluster.servers(), GROUPS)) {
      Thread load = Thread.ofPlatform().start(() -> load(others, rate, ended));
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", cluster.instance(0).port())
              .usePlaintext()
              .build();
      double[] millis = epochs(run, channel);
      ended.set(true);
      load.join();
      channel.shutdownNow();
      Arrays.sort(millis);
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %.0f | %.0f | %.0f |%n",
          rate,
          millis.length,
          millis[millis.length / 2],
          millis[(int) (0.99 * millis.length)],
          millis[millis.length - 1]);
    }
  }

  private static double[] epochs(Workload run, ManagedChannel channel) {
    String id = "latency";
    double[] millis = new double[EPOCHS];
    run.start(id);
    run.flush();
    Iterator<WatchCoefficientsResponse> coefficients =
        ImportanceServiceGrpc.newBlockingStub(channel)
            .watchCoefficients(WatchCoefficientsRequest.newBuilder().setRunId(id).build());
    await(coefficients, 0);
    long sequence = 1;
    for (int epoch = 0; epoch < WARM_UP + EPOCHS; epoch++) {
      for (int batch = 0; batch < BATCHES; batch++) {
        run.summary(id, sequence++, epoch);
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
      run.flush();
      long began = System.nanoTime();
      run.summary(id, sequence++, epoch);
      run.epoch(id, sequence++, epoch);
      run.flush();
      await(coefficients, epoch + 1);
      if (epoch >= WARM_UP) {
        millis[epoch - WARM_UP] = (System.nanoTime() - began) / 1e6;
      }
    }
    return millis;
  }

  private static void await(Iterator<WatchCoefficientsResponse> coefficients, int epoch) {
    while (coefficients.next().getCoefficients().getEpoch() != epoch) {
      Thread.onSpinWait();
    }
  }

  private static void load(Workload others, int rate, AtomicBoolean ended) {
    if (rate == 0) {
      return;
    }
    for (int i = 0; i < OTHER_RUNS; i++) {
      others.start("other-" + i);
    }
    long pause = Duration.ofSeconds(1).toNanos() * OTHER_RUNS / rate;
    long due = System.nanoTime();
    for (long sequence = 1; !ended.get(); sequence++) {
      for (int i = 0; i < OTHER_RUNS; i++) {
        others.summary("other-" + i, sequence, 0);
      }
      due += pause;
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }
}
