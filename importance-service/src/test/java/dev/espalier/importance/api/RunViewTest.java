package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.ranking;
import static dev.espalier.importance.api.Results.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunViewTest {
  private static final String RUN = "run-1";

  private final RunView view = new RunView(3, 1 << 20, 2);

  private AssertSubscriber<RunState> watch(String run, long requests) {
    return view.watch(run, RunState::ended)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(requests));
  }

  private static List<Integer> epochs(AssertSubscriber<RunState> watcher) {
    return watcher.getItems().stream()
        .map(state -> state.snapshot().map(ImportanceSnapshot::getEpochsCompleted).orElse(-1))
        .toList();
  }

  @Test
  void newestSnapshotAndRankingAreFoundTogether() {
    view.put(snapshot(RUN, 0));
    view.put(ranking(RUN));
    view.put(snapshot(RUN, 1));
    RunState state = view.find(RUN).orElseThrow();
    assertEquals(snapshot(RUN, 1), state.snapshot().orElseThrow());
    assertEquals(ranking(RUN), state.ranking().orElseThrow());
    assertTrue(view.find("run-2").isEmpty());
  }

  @Test
  void runsLongestUntouchedGoFirst() {
    view.put(snapshot("a", 0));
    view.put(snapshot("b", 0));
    view.put(snapshot("c", 0));
    view.find("a");
    view.put(snapshot("d", 0));
    assertTrue(view.find("a").isPresent());
    assertTrue(view.find("b").isEmpty());
  }

  @Test
  void bytesAreBoundedToo() {
    int one = snapshot("a", 1).getSerializedSize();
    RunView small = new RunView(1000, 5L * one, 1);
    IntStream.range(0, 100).forEach(i -> small.put(snapshot(Integer.toString(i % 10), 1)));
    long held = IntStream.range(0, 10).filter(i -> small.find("" + i).isPresent()).count();
    assertEquals(5, held);
  }

  @Test
  void watcherWaitsForTheRunAndEndsWithIt() {
    view.loaded();
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    watcher.assertHasNotReceivedAnyItem();
    view.put(snapshot("run-2", 0));
    view.put(snapshot(RUN, 0));
    view.put(snapshot(RUN, 1));
    view.put(snapshot(RUN, 1, RunPhase.RUN_PHASE_COMPLETED));
    view.put(ranking(RUN));
    assertEquals(List.of(0, 1, 1), epochs(watcher));
    watcher.assertCompleted();
    assertEquals(0, view.watching());
  }

  @Test
  void watcherOfAnEndedRunGetsItsLastState() {
    view.loaded();
    view.put(snapshot(RUN, 4, RunPhase.RUN_PHASE_FAILED));
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    assertEquals(List.of(4), epochs(watcher));
    watcher.assertCompleted();
  }

  @Test
  void slowWatcherGetsTheNewestNext() {
    view.loaded();
    view.put(snapshot(RUN, 0));
    AssertSubscriber<RunState> watcher = watch(RUN, 1);
    IntStream.rangeClosed(1, 100).forEach(epoch -> view.put(snapshot(RUN, epoch)));
    watcher.request(10);
    assertEquals(List.of(0, 100), epochs(watcher));
  }

  @Test
  void watcherHearsNothingOutdatedWhileTheViewLoads() {
    AssertSubscriber<RunState> watcher = watch(RUN, 10);
    view.put(snapshot(RUN, 0));
    view.put(snapshot(RUN, 1));
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
    view.put(snapshot(RUN, 0));
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
    var failure = assertThrows(IllegalArgumentException.class, () -> new RunView(0, 1, 1));
    assertEquals("mostRuns = 0: must be at least 1", failure.getMessage());
  }
}
