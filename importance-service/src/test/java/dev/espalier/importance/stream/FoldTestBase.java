package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.fold.Logs;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.training.v1.TrainingEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The topology in a driver, its topics, and what its listener heard. */
abstract class FoldTestBase {
  static final String RUN = "run-1";

  @TempDir Path folder;

  final AtomicInteger folded = new AtomicInteger();
  final AtomicLong missing = new AtomicLong();
  final AtomicInteger duplicates = new AtomicInteger();
  final AtomicInteger deletions = new AtomicInteger();
  final AtomicInteger deadLetters = new AtomicInteger();
  final List<TrainingEvent> log = Logs.completedWithUnits(RUN);
  final List<DiagnosisKind> diagnosed = new ArrayList<>();
  final FoldListener listener =
      new FoldListener() {
        @Override
        public void folded(long lost) {
          folded.incrementAndGet();
          missing.addAndGet(lost);
        }

        @Override
        public void duplicate() {
          duplicates.incrementAndGet();
        }

        @Override
        public void deleted() {
          deletions.incrementAndGet();
        }

        @Override
        public void deadLetter(Outcome.Fault fault) {
          deadLetters.incrementAndGet();
        }

        @Override
        public void diagnosed(DiagnosisKind kind) {
          diagnosed.add(kind);
        }
      };
  TopologyTestDriver driver;
  TestInputTopic<byte[], byte[]> events;
  TestOutputTopic<byte[], byte[]> snapshots;
  TestOutputTopic<byte[], byte[]> rankings;
  TestOutputTopic<byte[], byte[]> units;
  TestOutputTopic<byte[], byte[]> dead;

  @BeforeEach
  void start() {
    start(64 << 20);
  }

  void start(long mostBytes) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    driver =
        new TopologyTestDriver(
            FoldTopology.of(listener, FoldTraces.NONE, new Limits(mostBytes, Duration.ofDays(7))),
            settings);
    events =
        driver.createInputTopic(
            Topics.TRAINING, new ByteArraySerializer(), new ByteArraySerializer());
    snapshots = output(Topics.IMPORTANCE);
    rankings = output(Topics.RANKINGS);
    units = output(Topics.UNITS);
    dead = output(Topics.deadLetters(Topics.TRAINING));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  void send(TrainingEvent event) {
    send(event.getRunId(), event.toByteArray());
  }

  void send(String key, byte[] value) {
    events.pipeInput(key == null ? null : key.getBytes(UTF_8), value);
  }

  static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  void buried(String reason, long offset, byte[] value) {
    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertEquals(reason, header(letter, DeadLetter.REASON));
    assertEquals(Topics.TRAINING, header(letter, DeadLetter.TOPIC));
    assertEquals("0", header(letter, DeadLetter.PARTITION));
    assertEquals(Long.toString(offset), header(letter, DeadLetter.OFFSET));
    assertArrayEquals(value, letter.value());
    assertTrue(dead.isEmpty());
  }

  @SuppressWarnings("unchecked")
  <V> WriteBehind<V> store(String name) {
    return (WriteBehind<V>) driver.getAllStateStores().get(name);
  }
}
