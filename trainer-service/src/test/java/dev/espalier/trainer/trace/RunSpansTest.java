package dev.espalier.trainer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.Coefficients;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunSpansTest {
  private static final TraceParent FOLD =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 1);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final AtomicInteger work = new AtomicInteger();

  @Test
  void anEpochIsTheFirstSpanOfATrace() throws Exception {
    boolean done =
        runSpans(Sampler.alwaysOn())
            .epoch(
                "run",
                3,
                9,
                span -> {
                  assertEquals(List.of(), spans.getFinishedSpanItems(), "it is open");
                  assertTrue(span.orElseThrow().sampled());
                  return span.isPresent();
                });

    SpanData span = spans.getFinishedSpanItems().getFirst();
    assertTrue(done);
    assertEquals("train epoch", span.getName());
    assertEquals(SpanId.getInvalid(), span.getParentSpanId());
    assertEquals("run", span.getAttributes().get(AttributeKey.stringKey("espalier.run")));
    assertEquals(3, span.getAttributes().get(AttributeKey.longKey("espalier.epoch")));
    assertEquals(9, span.getAttributes().get(AttributeKey.longKey("espalier.batches")));
    assertEquals(StatusCode.UNSET, span.getStatus().getStatusCode());
  }

  @Test
  void anEpochThatFailsIsShownAsFailed() {
    assertThrows(
        ArithmeticException.class,
        () ->
            runSpans(Sampler.alwaysOn())
                .epoch(
                    "run",
                    0,
                    9,
                    span -> {
                      throw new ArithmeticException("loss is NaN");
                    }));

    SpanData span = spans.getFinishedSpanItems().getFirst();
    assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
    assertEquals(1, span.getEvents().size());
  }

  @Test
  void anEpochThatIsNotRecordedIsNamedAllTheSame() throws Exception {
    runSpans(Sampler.alwaysOff())
        .epoch("run", 0, 9, span -> assertIsNotSampled(span.orElseThrow()));

    assertEquals(List.of(), spans.getFinishedSpanItems());
  }

  @Test
  void coefficientsAreAppliedInTheTraceThatMadeThem() {
    runSpans(Sampler.alwaysOn())
        .apply("run", coefficients(Optional.of(FOLD)), work::incrementAndGet);

    SpanData span = spans.getFinishedSpanItems().getFirst();
    assertEquals("apply coefficients", span.getName());
    assertEquals(FOLD.traceId(), span.getTraceId());
    assertEquals(FOLD.spanId(), span.getParentSpanId());
    assertEquals(4, span.getAttributes().get(AttributeKey.longKey("espalier.epoch")));
    assertEquals(1, work.get());
  }

  @Test
  void coefficientsOfNoTraceAreAppliedUnseen() {
    runSpans(Sampler.alwaysOn())
        .apply("run", coefficients(Optional.empty()), work::incrementAndGet);

    assertEquals(List.of(), spans.getFinishedSpanItems());
    assertEquals(1, work.get());
  }

  private RunSpans runSpans(Sampler sampler) {
    return new RunSpans(
        SdkTracerProvider.builder()
            .setSampler(sampler)
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()
            .get("test"));
  }

  private static boolean assertIsNotSampled(TraceParent span) {
    assertFalse(span.sampled());
    return true;
  }

  private static Coefficients coefficients(Optional<TraceParent> span) {
    return new Coefficients(4, Map.of("g", 0.5), 0.01, span);
  }
}
