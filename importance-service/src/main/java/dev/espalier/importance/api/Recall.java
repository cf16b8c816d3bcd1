package dev.espalier.importance.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.importance.history.BusUnavailableException;
import dev.espalier.importance.history.Place;
import dev.espalier.importance.history.RecordReader;
import dev.espalier.kafka.Topics;
import dev.espalier.kafka.TraceHeader;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Brings back from the bus what has left the view. */
final class Recall {
  private static final Logger LOG = Logger.getLogger(Recall.class);
  private static final int MOST_READS = 3;

  private final RunView view;
  private final RecordReader records;
  private final Executor executor;

  /**
   * @param executor runs the reads, which block; refuses what is too much
   */
  Recall(RunView view, RecordReader records, Executor executor) {
    this.view = view;
    this.records = records;
    this.executor = executor;
  }

  /**
   * The run's state, from memory or from the bus; empty where it is not known.
   *
   * @return fails with {@link BusUnavailableException} where it could not be read
   */
  Uni<Optional<RunState>> find(String run) {
    return switch (view.look(run)) {
      case Lookup.Held held -> Uni.createFrom().item(Optional.of(held.state()));
      case Lookup.Unknown unknown -> Uni.createFrom().item(Optional.empty());
      case Lookup.Away away -> Uni.createFrom().emitter(e -> submit(run, e::complete, e::fail));
    };
  }

  /** Brings back a run for its watchers; a failure ends those that have heard nothing yet. */
  void bring(String run) {
    submit(run, state -> LOG.debugf("Brought back run=%s", run), e -> view.fail(run, e));
  }

  private void submit(String run, Consumer<Optional<RunState>> found, Consumer<Throwable> failed) {
    Runnable job =
        () -> {
          Optional<RunState> state;
          try {
            state = read(run);
          } catch (RuntimeException e) {
            failed.accept(e);
            return;
          }
          found.accept(state);
        };
    try {
      executor.execute(job);
    } catch (RejectedExecutionException e) {
      failed.accept(
          new BusUnavailableException("too many past runs are asked for, ask again shortly", e));
    }
  }

  private Optional<RunState> read(String run) {
    for (int reads = 0; reads < MOST_READS; reads++) {
      switch (view.look(run)) {
        case Lookup.Held held -> {
          return Optional.of(held.state());
        }
        case Lookup.Unknown unknown -> {
          return Optional.empty();
        }
        case Lookup.Away away -> {
          Optional<RunState> restored = view.restore(run, away.places(), read(run, away.places()));
          if (restored.isPresent()) {
            return restored;
          }
        }
      }
    }
    return Optional.empty();
  }

  private RunState read(String run, Places places) {
    RunState state = RunState.NONE;
    var snapshot = places.snapshot().flatMap(place -> record(Topics.SNAPSHOTS, run, place));
    var ranking = places.ranking().flatMap(place -> record(Topics.RANKINGS, run, place));
    try {
      if (snapshot.isPresent()) {
        state =
            state.with(
                RunRecords.snapshot(snapshot.get()), TraceHeader.text(snapshot.get().headers()));
      }
      return ranking.isPresent() ? state.with(RunRecords.ranking(ranking.get())) : state;
    } catch (ForeignRecordException e) {
      throw new IllegalStateException("records of run " + run + " are not what they were", e);
    }
  }

  private Optional<ConsumerRecord<byte[], byte[]>> record(String topic, String run, Place place) {
    return records.read(topic, place, run.getBytes(UTF_8)).filter(r -> r.value() != null);
  }
}
