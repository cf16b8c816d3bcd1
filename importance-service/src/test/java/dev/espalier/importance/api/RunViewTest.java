package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.put;
import static dev.espalier.importance.api.Results.ranking;
import static dev.espalier.importance.api.Results.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.history.Place;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final String RUN = "run-1";
  private static final Duration KEEP = Duration.ofMinutes(10);

  private long now;
  private final RunView view = view(3, 1 << 20, 1000);

  private RunView view(int runs, long bytes, int indexed) {
    return new RunView(
        new KnownRuns(new HeldRuns(runs, bytes, KEEP, () -> now), indexed), new Watchers(2));
  }

  private void pass(Duration time) {
    now += time.toNanos();
    view.expire();
  }

  private AssertSubscriber<RunState> watch(String run, long requests) {
    return view.watch(run, emitter -> Watcher.ofSnapshots(emitter, -1))
        .subscribe()
        .withSubscriber(AssertSubscriber.create(requests));
  }

  private static List<Integer> epochs(AssertSubscriber<RunState> watcher) {
    return watcher.getItems().stream()
        .map(state -> state.snapshot().map(ImportanceSnapshot::getEpochsCompleted).orElse(-1))
        .toList();
  }

  private static Optional<Place> place(long offset) {
    return Optional.of(new Place(0, offset));
  }

  private static boolean isHeld(RunView view, String run) {
    return view.look(run) instanceof Lookup.Held;
  }

  @Test
  void newestSnapshotAndRankingAreFoundTogether() {
    put(view, snapshot(RUN, 0));
    put(view, ranking(RUN));
    view.put(snapshot(RUN, 1), "trace", new Place(0, 1));
    RunState state = assertInstanceOf(Lookup.Held.class, view.look(RUN)).state();
    assertEquals(snapshot(RUN, 1), state.snapshot().orElseThrow());
    assertEquals("trace", state.traceParent());
    assertEquals(ranking(RUN), state.ranking().orElseThrow());
    assertInstanceOf(Lookup.Unknown.class, view.look("run-2"));
  }

  @Test
  void runsLongestUntouchedLeaveMemoryFirst() {
    put(view, snapshot("a", 0));
    put(view, snapshot("b", 0));
    put(view, snapshot("c", 0));
    view.look("a");
    put(view, snapshot("d", 0));
    assertTrue(isHeld(view, "a"));
    assertEquals(new Lookup.Away(new Places(place(1), Optional.empty())), view.look("b"));
  }

  @Test
  void bytesAreBoundedToo() {
    int one = snapshot("a", 1).getSerializedSize();
    RunView small = view(1000, 5L * one, 1000);
    IntStream.range(0, 100).forEach(i -> put(small, snapshot(Integer.toString(i % 10), 1)));
    long held = IntStream.range(0, 10).filter(i -> isHeld(small, "" + i)).count();
    assertEquals(5, held);
    assertEquals(5, small.runs());
    assertEquals(5L * one, small.bytes());
    assertEquals(10, small.indexed());
  }

  @Test
  void runsBeyondTheIndexAreNotKnown() {
    RunView small = view(1000, 1 << 20, 2);
    put(small, snapshot("a", 0));
    put(small, snapshot("b", 0));
    small.look("a");
    put(small, snapshot("c", 0));
    assertInstanceOf(Lookup.Unknown.class, small.look("b"));
    assertTrue(isHeld(small, "a"));
    assertEquals(2, small.runs());
    assertEquals(2, small.indexed());
  }

  @Test
  void finishedRunsLeaveMemoryWhenTheirTimeIsOver() {
    put(view, snapshot("done", 3, RunPhase.RUN_PHASE_COMPLETED));
    put(view, snapshot("open", 3));
    pass(KEEP.minusNanos(1));
    assertEquals(2, view.runs());
    pass(Duration.ofNanos(1));
    assertFalse(isHeld(view, "done"));
    assertTrue(isHeld(view, "open"));
    assertEquals(snapshot("open", 3).getSerializedSize(), view.bytes());
  }

  @Test
  void lookingAndWatchingKeepARunInMemory() {
    view.loaded();
    put(view, snapshot("asked", 3, RunPhase.RUN_PHASE_FAILED));
    put(view, snapshot("watched", 3));
    AssertSubscriber<RunState> ranking =
        view.watch("watched", Watcher::ofRanking)
            .subscribe()
            .withSubscriber(AssertSubscriber.create(1));
    put(view, snapshot("watched", 3, RunPhase.RUN_PHASE_COMPLETED));
    pass(KEEP.dividedBy(2));
    view.look("asked");
    pass(KEEP.dividedBy(2));
    assertEquals(2, view.runs());
    ranking.cancel();
    pass(KEEP);
    assertEquals(0, view.runs());
    assertEquals(0, view.bytes());
    assertEquals(2, view.indexed());
  }

  @Test
  void whatComesBackIsHeldUnlessTheRunWentOn() {
    ImportanceSnapshot done = snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED);
    put(view, done);
    pass(KEEP);
    Places places = assertInstanceOf(Lookup.Away.class, view.look(RUN)).places();
    put(view, ranking(RUN));
    assertTrue(view.restore(RUN, places, RunState.NONE.with(done, "")).isEmpty());

    Places now = assertInstanceOf(Lookup.Away.class, view.look(RUN)).places();
    RunState found = RunState.NONE.with(done, "").with(ranking(RUN));
    RunState back = view.restore(RUN, now, found).orElseThrow();
    assertEquals(done, back.snapshot().orElseThrow());
    assertEquals(new Lookup.Held(back), view.look(RUN));
  }

  @Test
  void whatIsNotThereAnyMoreIsForgotten() {
    put(view, ranking(RUN));
    put(view, snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED));
    pass(KEEP);
    Places places = assertInstanceOf(Lookup.Away.class, view.look(RUN)).places();
    view.restore(RUN, places, RunState.NONE.with(ranking(RUN)));
    assertTrue(isHeld(view, RUN));
    pass(KEEP);
    Places less = assertInstanceOf(Lookup.Away.class, view.look(RUN)).places();
    assertEquals(new Places(Optional.empty(), place(0)), less);
    view.restore(RUN, less, RunState.NONE);
    assertInstanceOf(Lookup.Unknown.class, view.look(RUN));
    assertEquals(0, view.indexed());
  }

  @Test
  void watcherOfARunThatLeftMemoryHearsOfItOnceItIsBack() {
    List<String> wanted = new ArrayList<>();
    view.onAway(wanted::add);
    view.loaded();
    ImportanceSnapshot done = snapshot(RUN, 3, RunPhase.RUN_PHASE_COMPLETED);
    put(view, done);
    pass(KEEP);
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    assertEquals(List.of(RUN), wanted);
    watcher.assertHasNotReceivedAnyItem();
    Places places = assertInstanceOf(Lookup.Away.class, view.look(RUN)).places();
    view.restore(RUN, places, RunState.NONE.with(done, ""));
    assertEquals(List.of(3), epochs(watcher));
    watcher.assertCompleted();
  }

  @Test
  void onlyWatchersThatHeardNothingFailWithTheBus() {
    view.loaded();
    put(view, snapshot(RUN, 3));
    AssertSubscriber<RunState> informed = watch(RUN, 10);
    AssertSubscriber<RunState> waiting = watch("run-2", 10);
    view.fail(RUN, new IllegalStateException("silent"));
    view.fail("run-2", new IllegalStateException("silent"));
    informed.assertNotTerminated();
    waiting.assertFailedWith(IllegalStateException.class, "silent");
  }

  @Test
  void deletedRunIsForgottenAndItsWatchersEnd() {
    view.loaded();
    put(view, snapshot(RUN, 3));
    put(view, ranking(RUN));
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    view.forgetRanking(RUN);
    view.forgetSnapshot(RUN);
    watcher.assertFailedWith(RunDeletedException.class);
    assertInstanceOf(Lookup.Unknown.class, view.look(RUN));
    assertEquals(0, view.bytes());
    assertEquals(0, view.watching());
  }

  @Test
  void watcherThatWaitsForARunHearsNothingOfEarlierDeletions() {
    AssertSubscriber<RunState> early = watch(RUN, 10);
    put(view, snapshot(RUN, 3));
    view.forgetSnapshot(RUN);
    view.loaded();
    view.forgetSnapshot(RUN);
    early.assertNotTerminated();
    put(view, snapshot(RUN, 0));
    assertEquals(List.of(0), epochs(early));
  }

  @Test
  void watcherWaitsForTheRunAndEndsWithIt() {
    view.loaded();
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    watcher.assertHasNotReceivedAnyItem();
    put(view, snapshot("run-2", 0));
    put(view, snapshot(RUN, 0));
    put(view, snapshot(RUN, 1));
    put(view, snapshot(RUN, 1, RunPhase.RUN_PHASE_COMPLETED));
    put(view, ranking(RUN));
    assertEquals(List.of(0, 1, 1), epochs(watcher));
    watcher.assertCompleted();
    assertEquals(0, view.watching());
  }

  @Test
  void watcherOfAnEndedRunGetsItsLastState() {
    view.loaded();
    put(view, snapshot(RUN, 4, RunPhase.RUN_PHASE_FAILED));
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    assertEquals(List.of(4), epochs(watcher));
    watcher.assertCompleted();
  }

  @Test
  void watcherGetsNothingThatItHasAlready() {
    view.loaded();
    ImportanceSnapshot last = snapshot(RUN, 4, RunPhase.RUN_PHASE_FAILED);
    put(view, last);
    AssertSubscriber<RunState> watcher =
        view.watch(RUN, emitter -> Watcher.ofSnapshots(emitter, last.getSequence()))
            .subscribe()
            .withSubscriber(AssertSubscriber.create(10));
    watcher.assertHasNotReceivedAnyItem();
    watcher.assertCompleted();
  }

  @Test
  void slowWatcherGetsTheNewestNext() {
    view.loaded();
    put(view, snapshot(RUN, 0));
    AssertSubscriber<RunState> watcher = watch(RUN, 1);
    IntStream.rangeClosed(1, 100).forEach(epoch -> put(view, snapshot(RUN, epoch)));
    watcher.request(10);
    assertEquals(List.of(0, 100), epochs(watcher));
  }

  @Test
  void watcherHearsNothingOutdatedWhileTheViewLoads() {
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    put(view, snapshot(RUN, 0));
    put(view, snapshot(RUN, 1));
    AssertSubscriber<RunState> later = watch(RUN, 10);
    watcher.assertHasNotReceivedAnyItem();
    assertFalse(view.isLoaded());

    view.loaded();
    view.loaded();

    assertEquals(List.of(1), epochs(watcher));
    assertEquals(List.of(1), epochs(later));
  }

  @Test
  void cancelledWatcherIsForgotten() {
    view.loaded();
    AssertSubscriber<RunState> first = watch(RUN, 10);
    AssertSubscriber<RunState> second = watch(RUN, 10);
    assertEquals(2, view.watching());
    first.cancel();
    assertEquals(1, view.watching());
    put(view, snapshot(RUN, 0));
    first.assertHasNotReceivedAnyItem();
    assertEquals(List.of(0), epochs(second));
  }

  @Test
  void watchersAreBounded() {
    AssertSubscriber<RunState> first = watch(RUN, 1);
    watch(RUN, 1);
    watch(RUN, 1).assertFailedWith(TooManyWatchersException.class);
    first.cancel();
    watch(RUN, 1).assertNotTerminated();
  }

  @Test
  void boundsAreChecked() {
    var failure = assertThrows(IllegalArgumentException.class, () -> view(0, 1, 1));
    assertEquals("mostRuns = 0: must be at least 1", failure.getMessage());
  }
}
