package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.put;
import static dev.espalier.importance.api.Results.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.history.BusUnavailableException;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplaysTest {
  private static final String RUN = "run-1";
  private static final int MOST = 2;

  private final PastRuns past = new PastRuns();
  private final RunView view =
      new RunView(
          new KnownRuns(new HeldRuns(100, 1 << 20, Duration.ofHours(1), System::nanoTime), 100),
          new Watchers(MOST + 1));
  private final Replays replays = new Replays(view, past::open, Runnable::run, MOST);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Replays threaded = new Replays(view, past::open, threads, MOST);

  @BeforeEach
  void load() {
    view.loaded();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private void publish(ImportanceSnapshot snapshot) {
    past.add(snapshot);
    put(view, snapshot);
  }

  private AssertSubscriber<RunState> read(Replays replays, long after, long requests) {
    return replays.of(RUN, after).subscribe().withSubscriber(AssertSubscriber.create(requests));
  }

  private static List<Integer> epochs(AssertSubscriber<RunState> reader) {
    return reader.getItems().stream()
        .map(state -> state.snapshot().orElseThrow().getEpochsCompleted())
        .toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private void assertNothingLeft() {
    assertEquals(0, past.openReaders());
    assertEquals(MOST, replays.free());
  }

  @Test
  void pastComesFirstThenWhatIsNewNoneTwiceAndTheEndOfTheRunEndsIt() {
    IntStream.rangeClosed(0, 9).forEach(epoch -> publish(snapshot(RUN, epoch)));
    past.add(snapshot("run-2", 0));
    AssertSubscriber<RunState> reader = read(replays, -1, Long.MAX_VALUE);
    assertEquals(range(0, 9), epochs(reader));
    assertNothingLeft();
    assertEquals(1, view.watching());

    publish(snapshot(RUN, 10));
    publish(snapshot(RUN, 11, RunPhase.RUN_PHASE_COMPLETED));

    assertEquals(range(0, 11), epochs(reader));
    reader.assertCompleted();
    assertEquals(0, view.watching());
  }

  @Test
  void slowReaderLosesNothingOfThePastAndHoldsBackTheReading() {
    IntStream.rangeClosed(0, 99).forEach(epoch -> publish(snapshot(RUN, epoch)));
    AssertSubscriber<RunState> reader = read(replays, -1, 0);
    reader.request(1);
    assertEquals(4, past.given());
    IntStream.rangeClosed(100, 199).forEach(epoch -> publish(snapshot(RUN, epoch)));
    assertEquals(range(0, 0), epochs(reader));
    IntStream.range(0, 250).forEach(i -> reader.request(1));
    assertEquals(range(0, 199), epochs(reader));
  }

  @Test
  void historyThatLagsBehindTheViewIsWaitedFor() throws InterruptedException {
    past.add(snapshot(RUN, 0));
    put(view, snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED));
    IntStream.range(1, 3).forEach(epoch -> past.add(snapshot(RUN, epoch)));
    AssertSubscriber<RunState> reader = read(threaded, -1, Long.MAX_VALUE);
    past.add(snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED));
    reader.awaitCompletion(Duration.ofSeconds(10));
    assertEquals(range(0, 3), epochs(reader));
  }

  @Test
  void snapshotThatTheHistoryLostComesFromTheView() {
    past.add(snapshot(RUN, 0));
    put(view, snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED));
    AssertSubscriber<RunState> reader = read(replays, -1, Long.MAX_VALUE);
    reader.assertCompleted();
    assertEquals(List.of(0, 3), epochs(reader));
  }

  @Test
  void readerThatWasCutOffGoesOnWhereItWas() {
    IntStream.rangeClosed(0, 5).forEach(epoch -> publish(snapshot(RUN, epoch)));
    AssertSubscriber<RunState> reader =
        read(replays, snapshot(RUN, 3).getSequence(), Long.MAX_VALUE);
    publish(snapshot(RUN, 6, RunPhase.RUN_PHASE_FAILED));
    assertEquals(range(4, 6), epochs(reader));
    reader.assertCompleted();
  }

  @Test
  void runThatOnlyTheHistoryKnowsEndsWithIt() {
    past.add(snapshot(RUN, 0));
    past.add(snapshot(RUN, 1, RunPhase.RUN_PHASE_COMPLETED));
    AssertSubscriber<RunState> reader = read(replays, -1, Long.MAX_VALUE);
    assertEquals(range(0, 1), epochs(reader));
    reader.assertCompleted();
  }

  @Test
  void runThatWasDeletedEndsTheReading() {
    IntStream.rangeClosed(0, 9).forEach(epoch -> publish(snapshot(RUN, epoch)));
    AssertSubscriber<RunState> reader = read(replays, -1, 1);
    view.forgetSnapshot(RUN);
    reader.assertFailedWith(RunDeletedException.class);
    assertNothingLeft();
    assertEquals(0, view.watching());
  }

  @Test
  void readersOfThePastAreBoundedAndThoseThatLeaveAreLetGo() {
    publish(snapshot(RUN, 0));
    publish(snapshot(RUN, 1));
    AssertSubscriber<RunState> first = read(replays, -1, 1);
    read(replays, -1, 1);
    read(replays, -1, 1).assertFailedWith(TooManyReplaysException.class);
    assertEquals(2, past.openReaders());
    first.cancel();
    assertEquals(1, past.openReaders());
    assertEquals(1, replays.free());
    read(replays, -1, 1).assertNotTerminated();
  }

  @Test
  void readersOfThePastCountAsWatchers() {
    for (int i = 0; i <= MOST; i++) {
      view.watch("run-" + i, emitter -> Watcher.ofSnapshots(emitter, -1))
          .subscribe()
          .withSubscriber(AssertSubscriber.create(1));
    }
    read(replays, -1, 1).assertFailedWith(TooManyWatchersException.class);
    assertNothingLeft();
  }

  @Test
  void silentBrokerEndsTheReading() {
    past.fallSilent();
    AssertSubscriber<RunState> reader = read(replays, -1, 1);
    reader.assertFailedWith(BusUnavailableException.class, "espalier.importance.v1");
    assertNothingLeft();
    assertEquals(0, view.watching());
  }

  @Test
  void manyRequestsFromOtherThreadsLoseNothing() throws InterruptedException {
    int last = 2000;
    IntStream.range(0, last).forEach(epoch -> publish(snapshot(RUN, epoch)));
    publish(snapshot(RUN, last, RunPhase.RUN_PHASE_COMPLETED));
    AssertSubscriber<RunState> reader = read(threaded, -1, 0);
    for (int i = 0; i <= last; i++) {
      reader.request(1);
    }
    reader.awaitCompletion(Duration.ofSeconds(20));
    assertEquals(range(0, last), epochs(reader));
    assertTrue(replays.free() == MOST);
  }
}
