package dev.espalier.experiment.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunnerTest {
  private static final SetupRecord RECORD =
      new SetupRecord("fake", true, "", "", "1", "c0de", "abc");
  private static final int PATIENCE_SECONDS = 30;

  @TempDir private Path temporary;

  private final List<Progress.State> states = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch told = new CountDownLatch(3);
  private final AtomicInteger open = new AtomicInteger();
  private Runnable closing = () -> {};
  private final Set<Cell> worked = ConcurrentHashMap.newKeySet();

  private final Progress progress =
      new Progress() {
        @Override
        public void at(State state) {
          states.add(state);
          told.countDown();
        }

        @Override
        public void note(String note) {
          notes.add(note);
        }
      };

  @Test
  void everyCellIsWorkedOutOnceAndAllComeInTheirOrder() throws Exception {
    List<CellResult> results = run(counting(), 2, new CellFiles(), 2);

    assertEquals(undisturbed(2), tables(results));
    assertEquals(
        new FakeExperiment().cells(setup(2)), results.stream().map(CellResult::cell).toList());
    assertEquals("run-" + results.getFirst().cell().key(), results.getFirst().runs().get(0).id());
    assertEquals(6, states.getLast().done());
    assertEquals(1, states.getLast().share());
    assertEquals(0, states.getLast().secondsLeft().orElseThrow());
    assertFalse(Files.exists(folder().resolve(".work")), "what cells left at work is gone");
  }

  @Test
  void killedAnywhereAndStartedAgainTheResultsAreTheSame() throws Exception {
    for (int seed = 0; seed < 30; seed++) {
      Path fresh = temporary.resolve("killed" + seed);
      SplittableRandom random = new SplittableRandom(seed);
      Optional<List<CellResult>> results = Optional.empty();
      int starts = 0;
      while (results.isEmpty()) {
        starts++;
        results = runUntilKilled(fresh, random.nextInt(8), random.nextInt(3));
      }
      assertEquals(undisturbed(2), tables(results.get()), "seed " + seed);
      assertTrue(starts < 40, "each start brings it on, seed " + seed);
    }
  }

  /** A run that meets its end at the n-th step of its cells, before, in or after the writing. */
  private Optional<List<CellResult>> runUntilKilled(Path folder, int steps, int where)
      throws Exception {
    AtomicInteger left = new AtomicInteger(steps);
    Experiment experiment = new FakeExperiment((cell, bench) -> die(where == 0, left));
    CellFiles files =
        new CellFiles() {
          @Override
          void write(Path file, CellResult result) throws IOException {
            if (where == 1 && left.get() == 0) {
              Files.createDirectories(file.getParent());
              Files.writeString(file.resolveSibling("." + file.getFileName() + ".x.part"), "{\"ce");
            }
            die(where == 1, left);
            super.write(file, result);
            die(where == 2, left);
          }
        };
    try (ExperimentFolder taken = ExperimentFolder.open(folder, RECORD, false, files)) {
      return Optional.of(runner(experiment, 2, 2).run(taken));
    } catch (CellFailure killed) {
      assertEquals("killed", killed.getCause().getMessage());
      return Optional.empty();
    }
  }

  private static void die(boolean here, AtomicInteger left) throws IOException {
    if (here && left.getAndDecrement() == 0) {
      throw new IOException("killed");
    }
  }

  @Test
  void whatIsKeptIsNotWorkedOutAgainAndSeedsCanBeAdded() throws Exception {
    run(counting(), 1, new CellFiles(), 2);
    assertEquals(3, worked.size());
    worked.clear();

    assertEquals(undisturbed(3), tables(run(counting(), 3, new CellFiles(), 2)));
    assertEquals(6, worked.size());
    assertTrue(worked.stream().noneMatch(cell -> cell.seed() == 1));
    worked.clear();
    states.clear();

    assertEquals(undisturbed(2), tables(run(counting(), 2, new CellFiles(), 2)), "fewer");
    assertEquals(Set.of(), worked);
    assertEquals(
        List.of(1.0), states.stream().map(Progress.State::share).toList(), "the bar's end");
  }

  @Test
  void twoCellsRunAtTheSameTimeAndNeverMore() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger most = new AtomicInteger();
    Experiment experiment =
        new FakeExperiment(
            (cell, bench) -> {
              most.accumulateAndGet(open.get(), Math::max);
              meet(both);
            });

    run(experiment, 2, new CellFiles(), 2);

    assertEquals(2, most.get());
  }

  private static void meet(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("alone", e);
    }
  }

  @Test
  void afterAFailureTheCellBesideItIsKeptAndNoOtherBegins() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    Experiment experiment =
        new FakeExperiment(
            (cell, bench) -> {
              worked.add(cell);
              meet(both);
              if (cell.seed() == 1) {
                throw new IllegalStateException("no gradient reaches the encoder");
              }
              // Two beginnings and the failure.
              told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            });

    CellFailure failure =
        assertThrows(CellFailure.class, () -> run(experiment, 2, new CellFiles(), 2));

    assertTrue(
        failure
            .getMessage()
            .startsWith("cell width=1,seed=1 failed: no gradient reaches the encoder; 1 of 6"),
        failure.getMessage());
    assertTrue(failure.getMessage().contains("the same command goes on"), failure.getMessage());
    assertTrue(Files.exists(cell("width=1,seed=2")), "the one beside it");
    assertEquals(2, worked.size());
    assertEquals(0, open.get(), "benches are closed");
    String trace = Files.readString(folder().resolve("failure.txt"));
    assertTrue(trace.contains("at dev.espalier.experiment.runner.ExperimentRunnerTest"), trace);
  }

  @Test
  void aBenchThatCannotBeClearedIsNotedAndItsCellKept() throws Exception {
    closing =
        () -> {
          throw new java.io.UncheckedIOException(new IOException("is busy"));
        };
    assertEquals(undisturbed(1), tables(run(counting(), 1, new CellFiles(), 1)));
    assertEquals(3, notes.size());
    assertTrue(notes.getFirst().contains("width=1,seed=1 leaves files behind"), notes::toString);
    assertTrue(notes.getFirst().contains("is busy"), notes::toString);
  }

  @Test
  void anErrorOfTheJvmNamesItsCellToo() {
    Experiment experiment =
        new FakeExperiment(
            (cell, bench) -> {
              throw new OutOfMemoryError("Java heap space");
            });
    CellFailure failure =
        assertThrows(CellFailure.class, () -> run(experiment, 1, new CellFiles(), 1));
    assertTrue(failure.getMessage().contains("OutOfMemoryError: Java heap"), failure.getMessage());
  }

  @Test
  void anInterruptGivesUpWhatIsAtWorkAndKeepsTheRest() throws Exception {
    CountDownLatch atWork = new CountDownLatch(1);
    Experiment experiment =
        new FakeExperiment(
            (cell, bench) -> {
              if (cell.get("width").equals("2")) {
                atWork.countDown();
                new CountDownLatch(1).await();
              }
            });
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    run(experiment, 1, new CellFiles(), 1);
                  } catch (Throwable e) {
                    end.set(e);
                  }
                });
    assertTrue(atWork.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    runner.interrupt();
    runner.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));

    assertInstanceOf(InterruptedException.class, end.get());
    assertTrue(Files.exists(cell("width=1,seed=1")));
    assertFalse(Files.exists(cell("width=2,seed=1")));
    assertEquals(undisturbed(1), tables(run(counting(), 1, new CellFiles(), 2)));
  }

  @Test
  void aDamagedCellIsNamedAndWorkedOutAgain() throws Exception {
    run(counting(), 2, new CellFiles(), 2);
    Path cut = cell("width=1,seed=1");
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(cell("width=2,seed=1"), "[".repeat(100_000));
    Files.copy(
        cell("width=3,seed=1"),
        cell("width=3,seed=2"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    worked.clear();

    assertEquals(undisturbed(2), tables(run(counting(), 2, new CellFiles(), 2)));

    assertEquals(3, worked.size());
    assertEquals(3, notes.size());
    assertTrue(notes.get(0).contains("width=1,seed=1.json cannot be read"), notes.get(0));
    assertTrue(notes.get(1).contains("width=2,seed=1.json cannot be read"), notes.get(1));
    assertTrue(notes.get(2).contains("is of cell width=3,seed=1"), notes.get(2));
  }

  private Experiment counting() {
    return new FakeExperiment((cell, bench) -> worked.add(cell));
  }

  private List<CellResult> run(Experiment experiment, int seeds, CellFiles files, int workers)
      throws Exception {
    try (ExperimentFolder folder = ExperimentFolder.open(folder(), RECORD, false, files)) {
      return runner(experiment, seeds, workers).run(folder);
    }
  }

  private ExperimentRunner runner(Experiment experiment, int seeds, int workers) {
    return new ExperimentRunner(
        experiment,
        setup(seeds),
        (work, setup) -> new FakeBenches(work, setup, open, closing),
        workers,
        progress);
  }

  private static Setup setup(int seeds) {
    return new Setup(seeds, true, Optional.empty());
  }

  private static List<List<Table>> undisturbed(int seeds) {
    return new FakeExperiment()
        .cells(setup(seeds)).stream().map(cell -> List.of(FakeExperiment.numbers(cell))).toList();
  }

  private static List<List<Table>> tables(List<CellResult> results) {
    return results.stream().map(CellResult::tables).toList();
  }

  private Path folder() {
    return temporary.resolve("fake");
  }

  private Path cell(String key) {
    return folder().resolve("cells").resolve(key + ".json");
  }
}
