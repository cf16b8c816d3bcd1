package dev.espalier.trainer.run;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The runs that are known: one trains at a time, some wait for their turn, and the newest that have
 * ended are kept to be looked at.
 */
public final class RunRegistry {
  /** Runs that may wait for their turn. */
  public static final int MOST_WAITING = 8;

  /** Runs that have ended and are still known. */
  public static final int MOST_ENDED = 1000;

  private record Entry(RunHandle handle, Runnable work) {}

  /**
   * A run and its place in the order of starts.
   *
   * @param number rises with each start
   */
  public record Listed(long number, RunSnapshot snapshot) {}

  /** As many runs as allowed are at work. */
  public static final class FullException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A run of that id is known already. */
  public static final class KnownException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Clock clock;
  private final NavigableMap<Long, Entry> runs = new TreeMap<>();
  private final Map<String, Long> numbers = new java.util.HashMap<>();
  private final ThreadPoolExecutor trainer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("training").daemon().factory());
  private long next;

  public RunRegistry(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param work makes what trains the run; it ends the run itself, whatever happens. It is asked
   *     for only once the run is sure of its place, and may still refuse by throwing
   * @throws KnownException where a run of that id is known
   * @throws FullException where no more may wait
   */
  public synchronized RunHandle start(RunSettings settings, Function<RunHandle, Runnable> work) {
    checkRoom(settings.runId());
    RunHandle handle = new RunHandle(RunSnapshot.begin(settings, clock.instant()));
    Runnable training = work.apply(handle);
    trainer.execute(training);
    numbers.put(settings.runId(), next);
    runs.put(next++, new Entry(handle, training));
    forgetOldest();
    return handle;
  }

  /** Puts a run here that ended before the service began. */
  public synchronized void remember(RunSnapshot ended) {
    String runId = ended.settings().runId();
    if (!numbers.containsKey(runId)) {
      numbers.put(runId, next);
      runs.put(next++, new Entry(new RunHandle(ended), () -> {}));
      forgetOldest();
    }
  }

  /**
   * Goes on with a run that has ended.
   *
   * @param work as for {@link #start}
   * @throws FullException where no more may wait
   * @throws IllegalStateException where the run is at work, or another handle of it is known
   */
  public synchronized RunHandle resume(RunHandle ended, Function<RunHandle, Runnable> work) {
    RunSnapshot run = ended.snapshot();
    Long number = numbers.get(run.settings().runId());
    if (!run.phase().ended() || number == null || runs.get(number).handle() != ended) {
      throw new IllegalStateException(run.settings().runId() + " is at work");
    }
    checkRoom();
    RunHandle handle = new RunHandle(run.with(new RunPhase.Preparing()));
    Runnable training = work.apply(handle);
    trainer.execute(training);
    runs.remove(number);
    numbers.put(run.settings().runId(), next);
    runs.put(next++, new Entry(handle, training));
    return handle;
  }

  /**
   * Whether {@link #start} would take a run now.
   *
   * @throws KnownException where a run of that id is known
   * @throws FullException where no more may wait
   */
  public synchronized void checkRoom(String runId) {
    if (numbers.containsKey(runId)) {
      throw new KnownException();
    }
    checkRoom();
  }

  private void checkRoom() {
    if (trainer.isShutdown() || trainer.getQueue().remainingCapacity() == 0) {
      throw new FullException();
    }
  }

  public synchronized Optional<RunHandle> find(String runId) {
    return Optional.ofNullable(numbers.get(runId)).map(runs::get).map(Entry::handle);
  }

  /**
   * The newest runs first.
   *
   * @param before only runs of a lower number
   * @param most how many at most
   */
  public synchronized List<Listed> list(long before, int most) {
    List<Listed> list = new ArrayList<>();
    for (Map.Entry<Long, Entry> run : runs.headMap(before, false).descendingMap().entrySet()) {
      if (list.size() == most) {
        break;
      }
      list.add(new Listed(run.getKey(), run.getValue().handle().snapshot()));
    }
    return list;
  }

  /** Asks a run to end; one that waits for its turn ends at once. */
  public synchronized void stop(RunHandle handle) {
    handle.requestStop();
    Long number = numbers.get(handle.snapshot().settings().runId());
    if (number != null && trainer.remove(runs.get(number).work())) {
      handle.update(
          run ->
              run.phase() instanceof RunPhase.Open open
                  ? run.with(open.stopped(clock.instant()))
                  : run);
    }
  }

  /**
   * Interrupts all runs, so that they can be resumed, and takes no more.
   *
   * @param longest how long to wait for the one that trains
   * @return whether it has ended
   */
  public boolean shutDown(Duration longest) throws InterruptedException {
    synchronized (this) {
      runs.values().forEach(entry -> entry.handle().interrupt());
      trainer.shutdown();
    }
    return trainer.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void forgetOldest() {
    int excess = runs.size() - MOST_ENDED - MOST_WAITING - 1;
    Iterator<Entry> oldest = runs.values().iterator();
    while (excess > 0 && oldest.hasNext()) {
      RunSnapshot run = oldest.next().handle().snapshot();
      if (run.phase().ended()) {
        numbers.remove(run.settings().runId());
        oldest.remove();
        excess--;
      }
    }
  }
}
