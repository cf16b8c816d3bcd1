package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.importance.fold.Logs;
import dev.espalier.kafka.Topics;
import dev.espalier.kafka.TraceHeader;
import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.TrainingEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldSpansTest {
  private static final String RUN = "run-1";
  private static final TraceParent EPOCH =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 1);
  private static final List<String> OUTPUTS =
      List.of(Topics.IMPORTANCE, Topics.SNAPSHOTS, Topics.RANKINGS, Topics.UNITS);

  @TempDir Path folder;

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final Tracer tracer =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build()
          .get("test");
  private final List<TrainingEvent> log = Logs.completedWithUnits(RUN);

  @Test
  void aFoldThatGivesASnapshotIsAChildOfItsEventsSpan() {
    fold(new FoldSpans(tracer), EPOCH.toString());

    List<SpanData> made = spans.getFinishedSpanItems();
    long epochs = log.stream().filter(TrainingEvent::hasEpochCompleted).count();
    assertEquals(
        Stream.of(
                Stream.of("fold start"),
                Stream.generate(() -> "fold epoch").limit(epochs),
                Stream.of("fold end"))
            .flatMap(names -> names)
            .toList(),
        made.stream().map(SpanData::getName).toList());
    for (SpanData span : made) {
      assertEquals(EPOCH.traceId(), span.getTraceId());
      assertEquals(EPOCH.spanId(), span.getParentSpanId());
      assertEquals(RUN, span.getAttributes().get(AttributeKey.stringKey("espalier.run")));
      assertTrue(span.getStartEpochNanos() <= span.getEndEpochNanos());
    }
    assertEquals(0, number(made.get(1), "espalier.epoch"));
    assertEquals(1, number(made.get(2), "espalier.epoch"));
    assertEquals(
        log.stream().filter(TrainingEvent::hasGradientSummary).count(),
        number(made.getLast(), "espalier.summaries"));
  }

  @Test
  void whatItGivesNamesTheFoldsSpan() {
    List<TestRecord<byte[], byte[]>> records = fold(new FoldSpans(tracer), EPOCH.toString());

    List<String> made = spans.getFinishedSpanItems().stream().map(FoldSpansTest::header).toList();
    List<String> named = records.stream().map(FoldSpansTest::header).toList();
    assertEquals(made, named.subList(0, made.size()), "the history");
    assertEquals(made, named.subList(made.size(), 2 * made.size()), "the newest");
    List<String> last = named.subList(2 * made.size(), named.size());
    assertTrue(last.size() > 1, "the ranking and units");
    last.forEach(header -> assertEquals(made.getLast(), header));
  }

  @Test
  void withoutASpanToBelongToNothingIsTraced() {
    List<TestRecord<byte[], byte[]>> absent = fold(new FoldSpans(tracer), null);
    List<TestRecord<byte[], byte[]>> malformed =
        fold(new FoldSpans(tracer), "00-" + "0".repeat(32) + "-b7ad6b7169203331-01");

    Stream.of(absent, malformed).flatMap(List::stream).forEach(r -> assertNull(header(r)));
    assertEquals(List.of(), spans.getFinishedSpanItems());
  }

  @Test
  void offNothingIsTraced() {
    fold(FoldTraces.NONE, EPOCH.toString()).forEach(record -> assertNull(header(record)));
  }

  @Test
  void payloadsAreTheSameTracedOrNot() {
    List<TestRecord<byte[], byte[]>> traced = fold(new FoldSpans(tracer), EPOCH.toString());
    List<TestRecord<byte[], byte[]>> untraced = fold(FoldTraces.NONE, EPOCH.toString());

    assertEquals(values(untraced), values(traced));
  }

  /** Everything that the log gives, topic by topic. */
  private List<TestRecord<byte[], byte[]>> fold(FoldTraces traces, String parent) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    FoldListener listener = new FoldMeters(new SimpleMeterRegistry());
    List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            FoldTopology.of(listener, traces, new Limits(64 << 20, Duration.ofDays(7))),
            settings)) {
      var events =
          driver.createInputTopic(
              Topics.TRAINING, new ByteArraySerializer(), new ByteArraySerializer());
      for (TrainingEvent event : log) {
        RecordHeaders headers = new RecordHeaders();
        Optional.ofNullable(parent)
            .ifPresent(value -> headers.add(TraceHeader.NAME, value.getBytes(UTF_8)));
        events.pipeInput(new TestRecord<>(RUN.getBytes(UTF_8), event.toByteArray(), headers));
      }
      for (String topic : OUTPUTS) {
        records.addAll(
            driver
                .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList());
      }
    }
    return records;
  }

  private static List<ByteString> values(List<TestRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> ByteString.copyFrom(record.value())).toList();
  }

  private static String header(TestRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(TraceHeader.NAME);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static String header(SpanData span) {
    return new TraceParent(span.getTraceId(), span.getSpanId(), 1).toString();
  }

  private static long number(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.longKey(attribute));
  }
}
