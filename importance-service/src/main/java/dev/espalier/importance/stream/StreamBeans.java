package dev.espalier.importance.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Hands the topology to the Kafka Streams extension and says how the stream is. */
@ApplicationScoped
public class StreamBeans {
  private static final Logger LOG = Logger.getLogger(StreamBeans.class);

  @Produces
  @Singleton
  Topology topology(
      @ConfigProperty(name = Limits.MOST_BYTES) long mostBytes,
      @ConfigProperty(name = Limits.KEEP_ENDED) Duration keepEnded,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean untraced,
      MeterRegistry meters,
      Tracer tracer) {
    FoldTraces traces = untraced ? FoldTraces.NONE : new FoldSpans(tracer);
    return FoldTopology.of(new FoldMeters(meters), traces, new Limits(mostBytes, keepEnded));
  }

  /** A stream thread that fails is replaced: its state comes back from the changelog. */
  @Produces
  @ApplicationScoped
  StreamsUncaughtExceptionHandler replaceThread() {
    return failure -> {
      LOG.error("Stream thread failed; another takes its place", failure);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    };
  }

  /** Ready while the stream folds: partitions are assigned and their states are restored. */
  @Produces
  @Readiness
  @ApplicationScoped
  HealthCheck folding(KafkaStreams streams, RestoreMeters restore) {
    return () ->
        check(
            "importance stream",
            streams,
            streams.state() == KafkaStreams.State.RUNNING && restore.restoring() == 0);
  }

  /** Alive until the stream has ended for good. */
  @Produces
  @Liveness
  @ApplicationScoped
  HealthCheck notEnded(KafkaStreams streams) {
    return () -> check("importance stream", streams, !streams.state().hasCompletedShutdown());
  }

  private static HealthCheckResponse check(String name, KafkaStreams streams, boolean up) {
    return HealthCheckResponse.named(name)
        .status(up)
        .withData("state", streams.state().name())
        .build();
  }
}
