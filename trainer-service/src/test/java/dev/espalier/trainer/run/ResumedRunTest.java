package dev.espalier.trainer.run;

import static dev.espalier.training.v1.TrainingEvent.EventCase.EPOCH_COMPLETED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.GRADIENT_SUMMARY;
import static dev.espalier.training.v1.TrainingEvent.EventCase.RUN_RESUMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.training.v1.RunRecord;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The oracle is the run that nothing happened to: a run that is cut short anywhere and resumed
 * gives the same model and, number by number, the same events.
 */
@Timeout(120)
class ResumedRunTest {
  private static final int BATCHES = 9;

  @TempDir private Path folder;

  private FakeSink sink = new FakeSink();
  private CutSource cuts = HiddenCuts.NONE;
  private int milestones;

  /** As kill -9 is: the batch's watcher throws what no run handles, and nothing is written. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 9, 20})
  void aStoppedRunThatIsResumedIsTheUndisturbedOne(int stopAfter) throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();

    RunHandle first = handle("again");
    stopAfter(first, stopAfter);
    train(first, false);
    assertInstanceOf(RunPhase.Stopped.class, first.snapshot().phase());
    RunSnapshot second = resume("again");

    assertInstanceOf(RunPhase.Completed.class, second.phase(), second.toString());
    assertEquals(3 * BATCHES, second.progress().batchesCompleted());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertEquals(1, sink.of(RUN_RESUMED).size());
    assertRising(bySequence(sink.events));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 18})
  void aKilledRunThatIsResumedIsTheUndisturbedOne(int killAfter) throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();

    killAfter("again", killAfter);
    RunSnapshot resumed = resume("again");

    assertInstanceOf(RunPhase.Completed.class, resumed.phase(), resumed.toString());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertEquals(0, sink.of(RUN_RESUMED).size(), "its log had no end");
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  @Test
  void aRunSurvivesBeingStoppedAndKilledInTurns() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();

    killAfter("again", 12);
    RunHandle stopped = past("again");
    stopAfter(stopped, 14);
    train(stopped, true);
    assertInstanceOf(RunPhase.Stopped.class, stopped.snapshot().phase());
    kill(past("again"), 16, true);
    kill(past("again"), 20, true);
    RunHandle again = past("again");
    stopAfter(again, 22);
    train(again, true);
    RunSnapshot end = resume("again");

    assertInstanceOf(RunPhase.Completed.class, end.phase(), end.toString());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** At the cut itself, before and after it, in the middle of the epoch that follows. */
  @ParameterizedTest
  @ValueSource(ints = {8, 13, 18})
  void aRunThatIsCutAndKilledOrStoppedIsTheUndisturbedOne(int after) throws IOException {
    milestones = 2;
    cuts = new HiddenCuts(new ModelStore(folder), unit -> unit % 3 > 0);
    List<TrainingEvent> undisturbed = undisturbed();
    assertEquals(2, undisturbed.stream().filter(TrainingEvent::hasRunPruned).count());

    killAfter("again", after);
    RunHandle stopped = past("again");
    stopAfter(stopped, after + 1);
    train(stopped, true);
    RunSnapshot end = resume("again");

    assertInstanceOf(RunPhase.Completed.class, end.phase(), end.toString());
    assertEquals(2, end.cuts().size(), end.toString());
    List<TrainingEvent> known = bySequence(sink.events);
    assertEquals(summaries(undisturbed), summaries(known));
    assertEquals(2, known.stream().filter(TrainingEvent::hasRunPruned).count());
    assertEquals(losses(undisturbed), losses(known));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** The cut is kept and the log not told of it yet. */
  @Test
  void aRunThatIsKilledBetweenItsCutAndTheLogTellsOfItLater() throws IOException {
    milestones = 1;
    cuts = new HiddenCuts(new ModelStore(folder), unit -> unit % 3 > 0);
    List<TrainingEvent> undisturbed = undisturbed();
    sink.before =
        event -> {
          if (event.hasRunPruned()) {
            throw new Killed();
          }
        };
    RunHandle first = handle("again");
    train(first, false);
    assertInstanceOf(RunPhase.Failed.class, first.snapshot().phase());
    sink.before = event -> {};
    sink.events.removeLast();
    asInterrupted(folder.resolve("runs/again/run.pb"));
    cuts = HiddenCuts.NONE;
    RunSnapshot end = resume("again");

    assertInstanceOf(RunPhase.Completed.class, end.phase(), end.toString());
    List<TrainingEvent> known = bySequence(sink.events);
    assertEquals(summaries(undisturbed), summaries(known));
    assertEquals(
        undisturbed.stream().filter(TrainingEvent::hasRunPruned).map(e -> e.getSequence()).toList(),
        known.stream().filter(TrainingEvent::hasRunPruned).map(e -> e.getSequence()).toList());
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** Its record as it stood before its end. */
  private static void asInterrupted(Path record) throws IOException {
    RunRecord.Builder ended = RunRecord.parseFrom(Files.readAllBytes(record)).toBuilder();
    ended.getRunBuilder().setState(RunState.RUN_STATE_TRAINING).clearEnded().clearFailure();
    Files.write(record, ended.build().toByteArray());
  }

  @Test
  void aFailedRunGoesOnFromItsLastEpoch() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();

    RunHandle first = handle("again");
    AtomicBoolean full = new AtomicBoolean(true);
    first.watch(
        run -> {
          if (run.progress().batchesCompleted() == 14 && full.getAndSet(false)) {
            throw new IllegalStateException("the disk was full");
          }
        });
    train(first, false);
    assertInstanceOf(RunPhase.Failed.class, first.snapshot().phase());
    RunSnapshot second = resume("again");

    assertInstanceOf(RunPhase.Completed.class, second.phase(), second.toString());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertRising(bySequence(sink.events));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** The disk is full when the epoch's checkpoint is written, and again when the run is resumed. */
  @Test
  void aRunThatFailsWhereItsCheckpointIsWrittenRepeatsTheEpoch() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();
    Path checkpoint = folder.resolve("runs/again/checkpoint.zip");
    Path aside = folder.resolve("aside.zip");
    RunHandle first = handle("again");
    AtomicBoolean room = new AtomicBoolean(true);
    first.watch(
        run -> {
          if (run.progress().batchesCompleted() == 14 && room.getAndSet(false)) {
            fill(checkpoint, aside);
          }
        });
    train(first, false);
    assertInstanceOf(RunPhase.Failed.class, first.snapshot().phase());
    empty(checkpoint, aside);
    RunHandle second = past("again");
    second.watch(
        run -> {
          if (run.phase() instanceof RunPhase.Training && !room.getAndSet(true)) {
            fill(checkpoint, aside);
          }
        });
    train(second, true);
    assertInstanceOf(RunPhase.Failed.class, second.snapshot().phase());
    empty(checkpoint, aside);

    RunSnapshot third = resume("again");

    assertInstanceOf(RunPhase.Completed.class, third.phase(), third.toString());
    assertEquals(3 * BATCHES, third.progress().batchesCompleted());
    assertEquals(3, third.progress().epochsCompleted());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertRising(bySequence(sink.events));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** As a directory that is not empty, a file cannot be replaced. */
  private static void fill(Path checkpoint, Path aside) {
    try {
      Files.move(checkpoint, aside);
      Files.createDirectories(checkpoint.resolve("in the way"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void empty(Path checkpoint, Path aside) throws IOException {
    Files.delete(checkpoint.resolve("in the way"));
    Files.delete(checkpoint);
    Files.move(aside, checkpoint);
  }

  /** Killed after the checkpoint is written and before the log is told of the epoch. */
  @Test
  void anEpochThatWasKeptAndNotToldIsToldOnResume() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();
    AtomicBoolean alive = new AtomicBoolean(true);
    sink.before =
        event -> {
          if (event.hasEpochCompleted()
              && event.getEpochCompleted().getEpoch() == 1
              && alive.getAndSet(false)) {
            throw new Killed();
          }
        };
    Path record = folder.resolve("runs/again/run.pb");
    RunHandle first = handle("again");
    FakeSink before = sink;
    train(first, false);
    assertFalse(alive.get());
    before.events.removeIf(event -> event.hasRunFailed());
    reopenable(record);

    RunSnapshot resumed = resume("again");

    assertInstanceOf(RunPhase.Completed.class, resumed.phase(), resumed.toString());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertArrayEquals(model("whole").bytes(), model("again").bytes());
  }

  /** What the record says while a run trains. */
  private static void reopenable(Path record) throws IOException {
    RunRecord.Builder was = RunRecord.parseFrom(Files.readAllBytes(record)).toBuilder();
    was.getRunBuilder().setState(RunState.RUN_STATE_TRAINING).clearEnded().clearFailure();
    Files.write(record, was.setLogEnded(false).build().toByteArray());
  }

  /** The broker was away: what waited for it in memory went with the process. */
  @Test
  void whatMustNotBeLostIsSentAgainWhereItIsNotKnownToHaveArrived() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();
    sink.idle = false;
    killAfter("again", 22);
    sink.events.clear();

    RunSnapshot resumed = resume("again");

    assertInstanceOf(RunPhase.Completed.class, resumed.phase(), resumed.toString());
    assertEquals(3, sink.of(EPOCH_COMPLETED).size());
    assertTrue(sink.events.getFirst().hasRunStarted());
    List<Long> numbers = sink.events.stream().map(TrainingEvent::getSequence).toList();
    assertEquals(numbers.stream().sorted().toList(), numbers);
    assertEquals(undisturbed.getLast().getSequence(), numbers.getLast());
  }

  /** A resume that cannot begin leaves the log as it was, to be gone on with later. */
  @Test
  void aResumeThatFailsBeforeItBeginsChangesNothing() throws IOException {
    List<TrainingEvent> undisturbed = undisturbed();
    RunHandle first = handle("again");
    stopAfter(first, 13);
    train(first, false);
    Path file = folder.resolve("runs/again/checkpoint.zip");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[10]);
    assertFailed(resume("again"), "checkpoint");
    Files.write(file, whole);

    RunSnapshot second = resume("again");

    assertInstanceOf(RunPhase.Completed.class, second.phase(), second.toString());
    assertEquals(summaries(undisturbed), summaries(bySequence(sink.events)));
    assertEquals(1, sink.of(RUN_RESUMED).size());
    assertRising(bySequence(sink.events));
  }

  @Test
  void whatIsLeftOfAKilledRunIsListedAsInterrupted() throws IOException {
    killAfter("again", 12);

    RunSnapshot past =
        PastRuns.find(new ModelStore(folder), "again", Clock.systemUTC().instant()).orElseThrow();

    assertInstanceOf(RunPhase.Interrupted.class, past.phase());
    assertEquals(1, past.progress().epochsCompleted());
    assertEquals(1, past.checkpointEpochs().orElseThrow());
    assertEquals(64, past.provenance().getDataDigest().length());
    assertEquals("1.2.3", past.provenance().getVersionsOrThrow("espalier"));
  }

  @Test
  void damagedAndForeignCheckpointsAreRefused() throws IOException {
    killAfter("again", 12);
    killAfter("other", 3);
    Path file = folder.resolve("runs/again/checkpoint.zip");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 100, whole.length / 2, whole.length - 200}) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertFailed(resume("again"), "checkpoint");
      Files.write(file, whole);
    }
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(file, flipped);
    assertFailed(resume("again"), "checkpoint");

    Files.copy(
        folder.resolve("runs/other/checkpoint.zip"),
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFailed(resume("again"), "is of run \"other\"");

    Files.delete(file);
    assertFailed(resume("again"), "has no checkpoint");
  }

  @Test
  void aRunThatAnotherTrainerIsAtWorkOnIsLeftAlone() throws IOException {
    killAfter("again", 12);

    Path file = folder.resolve("runs/again/run.pb");
    byte[] record = Files.readAllBytes(file);
    try (FolderLock other = new RunFolder(new ModelStore(folder), "again").lock().orElseThrow()) {
      assertTrue(
          PastRuns.find(new ModelStore(folder), "again", Clock.systemUTC().instant()).isEmpty());
      RunHandle handle = new RunHandle(handle("again").snapshot());
      train(handle, true);
      assertFailed(handle.snapshot(), "another trainer");
      assertArrayEquals(record, Files.readAllBytes(file), "the other's record is the other's");
    }
  }

  private static void assertFailed(RunSnapshot run, String words) {
    RunPhase.Failed failed = assertInstanceOf(RunPhase.Failed.class, run.phase(), run.toString());
    assertTrue(failed.reason().contains(words), failed.reason());
  }

  private List<TrainingEvent> undisturbed() {
    RunHandle whole = handle("whole");
    train(whole, false);
    assertInstanceOf(RunPhase.Completed.class, whole.snapshot().phase());
    List<TrainingEvent> events = List.copyOf(sink.events);
    sink = new FakeSink();
    return events;
  }

  private void killAfter(String runId, int batches) {
    kill(handle(runId), batches, false);
  }

  /** Ends a run at once; nothing that it does in its end is seen, as if its process were gone. */
  private void kill(RunHandle handle, int batches, boolean resume) {
    Path record = folder.resolve("runs/" + handle.snapshot().settings().runId() + "/run.pb");
    byte[][] kept = new byte[1][];
    int[] sent = new int[1];
    handle.watch(
        run -> {
          if (kept[0] == null && run.progress().batchesCompleted() >= batches) {
            try {
              kept[0] = Files.readAllBytes(record);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            sent[0] = sink.events.size();
            throw new Killed();
          }
        });
    train(handle, resume);
    try {
      Files.write(record, kept[0]);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    sink.events.subList(sent[0], sink.events.size()).clear();
  }

  private RunSnapshot resume(String runId) throws IOException {
    RunHandle handle = past(runId);
    train(handle, true);
    return handle.snapshot();
  }

  private RunHandle past(String runId) throws IOException {
    RunSnapshot past =
        PastRuns.find(new ModelStore(folder), runId, Clock.systemUTC().instant()).orElseThrow();
    return new RunHandle(past.with(new RunPhase.Preparing()));
  }

  private void train(RunHandle handle, boolean resume) {
    RunEnvironment environment = environment();
    (resume ? TrainingRun.resume(handle, environment) : TrainingRun.begin(handle, environment))
        .run();
  }

  private static void stopAfter(RunHandle handle, int batches) {
    Consumer<RunSnapshot> stop =
        run -> {
          if (run.progress().batchesCompleted() == batches) {
            handle.requestStop();
          }
        };
    handle.watch(stop);
  }

  /** What is said of batches and epochs, wall time left out. */
  private static List<String> summaries(List<TrainingEvent> events) {
    List<String> summaries = new ArrayList<>();
    for (TrainingEvent built : events) {
      TrainingEvent.Builder event = built.toBuilder();
      if (event.getEventCase() == GRADIENT_SUMMARY) {
        summaries.add(event.getGradientSummary().toString());
      } else if (event.hasEpochCompleted()) {
        summaries.add(event.getEpochCompletedBuilder().clearSeconds().build().toString());
      }
    }
    return summaries;
  }

  /** Initial validation loss and those before and after each cut. */
  private static List<List<Double>> losses(List<TrainingEvent> events) {
    return events.stream()
        .filter(TrainingEvent::hasRunPruned)
        .map(TrainingEvent::getRunPruned)
        .map(
            cut ->
                List.of(
                    cut.getInitialValidationLoss(),
                    cut.getValidationLossBefore(),
                    cut.getValidationLossAfter()))
        .toList();
  }

  /** What a reader that knows each number once makes of a log; the first of a number counts. */
  private static List<TrainingEvent> bySequence(List<TrainingEvent> events) {
    Map<Long, TrainingEvent> first = new TreeMap<>();
    events.forEach(event -> first.putIfAbsent(event.getSequence(), event));
    return List.copyOf(first.values());
  }

  private static void assertRising(List<TrainingEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i, events.get(i).getSequence());
    }
  }

  private OnnxModel model(String runId) throws IOException {
    return OnnxModel.read(folder.resolve("runs/" + runId + "/model.onnx"));
  }

  private RunHandle handle(String runId) {
    return new RunHandle(
        RunSnapshot.begin(
            Requests.settings(HiddenCuts.milestones(Requests.request(runId, 3, 5), milestones)),
            Clock.systemUTC().instant()));
  }

  private RunEnvironment environment() {
    CoefficientBoard board = new CoefficientBoard(() -> {});
    board.put(new Coefficients(9, Map.of("hidden", 0.5), 1e-6));
    return new RunEnvironment(
        new ModelStore(folder),
        (model, runId) -> CompletableFuture.completedFuture(HiddenGroup.of(folder, runId)),
        cuts,
        runId -> board,
        sink,
        RunTraces.NONE,
        Clock.systemUTC(),
        "1.2.3",
        Duration.ofMillis(20),
        Duration.ofMillis(20),
        Duration.ofSeconds(60));
  }
}
