package dev.espalier.trainer.trace;

import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.run.RunTraces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.util.Optional;

/** Spans of runs by OpenTelemetry. */
public final class RunSpans implements RunTraces {
  private static final AttributeKey<String> RUN = AttributeKey.stringKey("espalier.run");
  private static final AttributeKey<Long> EPOCH = AttributeKey.longKey("espalier.epoch");
  private static final AttributeKey<Long> BATCHES = AttributeKey.longKey("espalier.batches");

  private final Tracer tracer;

  public RunSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public boolean epoch(String runId, int epoch, int batches, Epoch work)
      throws IOException, InterruptedException {
    Span span =
        tracer
            .spanBuilder("train epoch")
            .setNoParent()
            .setAttribute(RUN, runId)
            .setAttribute(EPOCH, (long) epoch)
            .setAttribute(BATCHES, (long) batches)
            .startSpan();
    try {
      return work.train(header(span.getSpanContext()));
    } catch (IOException | InterruptedException | RuntimeException | Error problem) {
      span.recordException(problem).setStatus(StatusCode.ERROR);
      throw problem;
    } finally {
      span.end();
    }
  }

  @Override
  public void apply(String runId, Coefficients coefficients, Runnable work) {
    if (coefficients.span().isEmpty()) {
      work.run();
      return;
    }
    Span span =
        tracer
            .spanBuilder("apply coefficients")
            .setParent(Context.root().with(Span.wrap(remote(coefficients.span().get()))))
            .setAttribute(RUN, runId)
            .setAttribute(EPOCH, (long) coefficients.epoch())
            .startSpan();
    try {
      work.run();
    } finally {
      span.end();
    }
  }

  private static Optional<TraceParent> header(SpanContext span) {
    return span.isValid()
        ? Optional.of(
            new TraceParent(
                span.getTraceId(), span.getSpanId(), span.getTraceFlags().asByte() & 0xff))
        : Optional.empty();
  }

  private static SpanContext remote(TraceParent span) {
    return SpanContext.createFromRemoteParent(
        span.traceId(),
        span.spanId(),
        TraceFlags.fromByte((byte) span.flags()),
        TraceState.getDefault());
  }
}
