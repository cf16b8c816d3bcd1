package dev.espalier.importance.stream;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.kafka.TraceHeader;
import dev.espalier.trace.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;

/**
 * Spans of folds by OpenTelemetry, each a child of the one that the event's record names. After a
 * crash, events whose transaction was not committed are folded, and shown, again.
 */
final class FoldSpans implements FoldTraces {
  private static final AttributeKey<String> RUN = AttributeKey.stringKey("espalier.run");
  private static final AttributeKey<Long> EPOCH = AttributeKey.longKey("espalier.epoch");
  private static final AttributeKey<Long> SUMMARIES = AttributeKey.longKey("espalier.summaries");

  private final Tracer tracer;

  FoldSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public long now() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  @Override
  public Optional<TraceParent> folded(Headers event, long began, ImportanceSnapshot snapshot) {
    return TraceHeader.of(event).map(parent -> span(parent, began, snapshot));
  }

  private TraceParent span(TraceParent parent, long began, ImportanceSnapshot snapshot) {
    Span span =
        tracer
            .spanBuilder(name(snapshot))
            .setParent(Context.root().with(Span.wrap(remote(parent))))
            .setStartTimestamp(began, TimeUnit.NANOSECONDS)
            .setAttribute(RUN, snapshot.getRunId())
            .setAttribute(EPOCH, Math.max(0L, snapshot.getEpochsCompleted() - 1))
            .setAttribute(SUMMARIES, snapshot.getSummaries())
            .startSpan();
    span.end();
    SpanContext made = span.getSpanContext();
    return new TraceParent(
        made.getTraceId(), made.getSpanId(), made.getTraceFlags().asByte() & 0xff);
  }

  private static String name(ImportanceSnapshot snapshot) {
    if (snapshot.getSequence() == 0) {
      return "fold start";
    }
    return snapshot.getPhase() == RunPhase.RUN_PHASE_TRAINING ? "fold epoch" : "fold end";
  }

  private static SpanContext remote(TraceParent parent) {
    return SpanContext.createFromRemoteParent(
        parent.traceId(),
        parent.spanId(),
        TraceFlags.fromByte((byte) parent.flags()),
        TraceState.getDefault());
  }
}
