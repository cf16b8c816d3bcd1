package dev.espalier.importance.api;

import dev.espalier.importance.history.Consumers;
import dev.espalier.importance.history.RecordReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Makes the view and what reads the past for it, and says when it is loaded. */
@ApplicationScoped
public class ViewBeans {
  /** Consumers for {@link RecordReader}. */
  static final String RECORDS = "record-consumers";

  /** Consumers for {@link Replays}. */
  static final String HISTORY = "history-consumers";

  private static final String PATIENCE = "espalier.importance.history.patience";
  private static final int READING = 2;
  private static final int MOST_WAITING = 128;
  private static final Duration IDLE = Duration.ofSeconds(30);

  @Produces
  @Singleton
  RunView view(
      @ConfigProperty(name = "espalier.importance.view.runs") int runs,
      @ConfigProperty(name = "espalier.importance.view.bytes") long bytes,
      @ConfigProperty(name = "espalier.importance.view.keep") Duration keep,
      @ConfigProperty(name = "espalier.importance.view.indexed") int indexed,
      @ConfigProperty(name = "espalier.importance.view.watchers") int watchers,
      MeterRegistry meters) {
    RunView view =
        new RunView(
            new KnownRuns(new HeldRuns(runs, bytes, keep, System::nanoTime), indexed),
            new Watchers(watchers));
    gauge(meters, "watchers", view, RunView::watching, "Open streams of snapshots");
    gauge(meters, "view.runs", view, RunView::runs, "Runs whose results are in memory");
    gauge(meters, "view.bytes", view, RunView::bytes, "Bytes of these results on the wire");
    gauge(meters, "view.indexed", view, RunView::indexed, "Runs that can be asked for");
    return view;
  }

  @Produces
  @Singleton
  @Identifier(RECORDS)
  Supplier<Consumer<byte[], byte[]>> recordConsumers(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = PATIENCE) Duration patience) {
    return () -> Consumers.ofRecords(client, patience);
  }

  @Produces
  @Singleton
  @Identifier(HISTORY)
  Supplier<Consumer<byte[], byte[]>> historyConsumers(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = PATIENCE) Duration patience) {
    return () -> Consumers.ofTopics(client, patience);
  }

  @Produces
  @Singleton
  RecordReader records(
      @Identifier(RECORDS) Supplier<Consumer<byte[], byte[]>> consumers,
      @ConfigProperty(name = PATIENCE) Duration patience) {
    return new RecordReader(consumers, patience, System::nanoTime);
  }

  void close(@Disposes RecordReader records) {
    records.close();
  }

  @Produces
  @Singleton
  Recall recall(RunView view, RecordReader records) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            READING,
            READING,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("recall-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
    Recall recall = new Recall(view, records, executor);
    view.onAway(recall::bring);
    return recall;
  }

  @Produces
  @Singleton
  Replays replays(
      RunView view,
      @Identifier(HISTORY) Supplier<Consumer<byte[], byte[]>> consumers,
      @ConfigProperty(name = "espalier.importance.history.readers") int readers) {
    return new Replays(view, consumers, Infrastructure.getDefaultWorkerPool(), readers);
  }

  @Produces
  @Readiness
  @ApplicationScoped
  HealthCheck loaded(RunView view) {
    return () -> HealthCheckResponse.named("importance view").status(view.isLoaded()).build();
  }

  private static void gauge(
      MeterRegistry meters,
      String name,
      RunView view,
      ToDoubleFunction<RunView> value,
      String description) {
    Gauge.builder("espalier.importance." + name, view, value)
        .description(description)
        .register(meters);
  }
}
