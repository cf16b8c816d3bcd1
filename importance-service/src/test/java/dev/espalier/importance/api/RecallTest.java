package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.put;
import static dev.espalier.importance.api.Results.ranking;
import static dev.espalier.importance.api.Results.snapshot;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.history.BusUnavailableException;
import dev.espalier.importance.history.Place;
import dev.espalier.importance.history.RecordReader;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.kafka.Topics;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecallTest {
  private static final String RUN = "run-1";
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final Duration KEEP = Duration.ofHours(1);
  private static final ImportanceSnapshot DONE = snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED);

  private long now;
  private boolean silent;
  private final RunView view =
      new RunView(new KnownRuns(new HeldRuns(9, 1 << 20, KEEP, () -> now), 9), new Watchers(9));
  private final Map<String, ConsumerRecord<byte[], byte[]>> bus = new HashMap<>();
  private final Recall recall = recall(Runnable::run);

  private Recall recall(Executor executor) {
    return new Recall(
        view,
        new RecordReader(this::open, Duration.ofSeconds(1), () -> now += 1_000_000),
        executor);
  }

  private Consumer<byte[], byte[]> open() {
    if (silent) {
      throw new TimeoutException("no broker");
    }
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    for (int poll = 0; poll < 2; poll++) {
      consumer.schedulePollTask(
          () -> {
            TopicPartition at = consumer.assignment().iterator().next();
            consumer.updateBeginningOffsets(Map.of(at, 0L));
            consumer.updateEndOffsets(Map.of(at, 9L));
            consumer.addRecord(bus.get(at.topic()));
          });
    }
    return consumer;
  }

  private void record(String topic, String run, byte[] value) {
    var record = new ConsumerRecord<>(topic, 0, 5, run.getBytes(UTF_8), value);
    record.headers().add("traceparent", TRACE.getBytes(US_ASCII));
    bus.put(topic, record);
  }

  @BeforeEach
  void letGo() {
    view.loaded();
    view.put(DONE, "", new Place(0, 5));
    view.put(ranking(RUN), new Place(0, 5));
    now += KEEP.toNanos();
    view.expire();
    record(Topics.SNAPSHOTS, RUN, DONE.toByteArray());
    record(Topics.RANKINGS, RUN, ranking(RUN).toByteArray());
  }

  private Optional<RunState> find() {
    return recall.find(RUN).await().atMost(Duration.ofSeconds(10));
  }

  @Test
  void whatHasLeftMemoryComesBack() {
    RunState state = find().orElseThrow();
    assertEquals(DONE, state.snapshot().orElseThrow());
    assertEquals(ranking(RUN), state.ranking().orElseThrow());
    assertEquals(TRACE, state.traceParent());
    assertEquals(new Lookup.Held(state), view.look(RUN));
  }

  @Test
  void whatIsInMemoryOrUnknownNeedsNoBus() {
    silent = true;
    put(view, snapshot("run-2", 0));
    assertTrue(recall.find("run-2").await().indefinitely().isPresent());
    assertTrue(recall.find("run-3").await().indefinitely().isEmpty());
  }

  @Test
  void whatIsGoneFromTheBusIsNotKnownAnyMore() {
    record(Topics.SNAPSHOTS, "run-2", snapshot("run-2", 0).toByteArray());
    record(Topics.RANKINGS, RUN, null);
    assertTrue(find().isEmpty());
    assertInstanceOf(Lookup.Unknown.class, view.look(RUN));
  }

  @Test
  void silentBrokerIsUnavailableAndTheRunIsNotForgotten() {
    silent = true;
    var e = assertThrows(BusUnavailableException.class, this::find);
    assertEquals(
        "espalier.snapshots.v1 could not be read, ask again shortly: no broker", e.getMessage());
    silent = false;
    assertTrue(find().isPresent());
  }

  @Test
  void tooManyAtATimeAreRefused() {
    Recall busy =
        recall(
            job -> {
              throw new RejectedExecutionException();
            });
    var e =
        assertThrows(BusUnavailableException.class, () -> busy.find(RUN).await().indefinitely());
    assertEquals("too many past runs are asked for, ask again shortly", e.getMessage());
  }

  @Test
  void watchersAreServedToo() {
    view.onAway(recall::bring);
    AssertSubscriber<RunState> watcher = watch();
    assertEquals(DONE, watcher.getItems().getLast().snapshot().orElseThrow());
    watcher.assertCompleted();
  }

  @Test
  void watchersOfWhatCannotBeReadFail() {
    silent = true;
    view.onAway(recall::bring);
    watch().assertFailedWith(BusUnavailableException.class);
  }

  private AssertSubscriber<RunState> watch() {
    return view.watch(RUN, emitter -> Watcher.ofSnapshots(emitter, -1))
        .subscribe()
        .withSubscriber(AssertSubscriber.create(9));
  }
}
