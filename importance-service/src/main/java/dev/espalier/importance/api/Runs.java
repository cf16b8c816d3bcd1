package dev.espalier.importance.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.importance.history.BusUnavailableException;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.run.RunId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What callers may ask of runs. Failures are gRPC's, see {@link Errors}. */
@ApplicationScoped
class Runs {
  static final String RUN = "run_id";
  static final String GONE = "its snapshots are gone, its ranking stays";

  private static final Duration OTHER_TOPIC = Duration.ofSeconds(2);

  private final RunView view;
  private final Recall recall;
  private final Replays replays;

  Runs(RunView view, Recall recall, Replays replays) {
    this.view = view;
    this.recall = recall;
    this.replays = replays;
  }

  /** A run's state; NOT_FOUND where the run is not known, UNAVAILABLE where that is not sure. */
  Uni<RunState> known(String id) {
    String run = checked(id);
    if (!view.isLoaded()) {
      throw unavailable(run, "past runs are still being read, ask again shortly");
    }
    return recall
        .find(run)
        .onFailure()
        .transform(e -> error(run, e))
        .map(
            state ->
                state.orElseThrow(
                    () ->
                        Errors.notFound(
                            RUN, run, "no such run was announced on the bus, check the id")));
  }

  /**
   * The newest snapshot now and each new one, as {@link RunView#watch}. A run that is not known yet
   * is waited for; NOT_FOUND where the run's snapshots are gone.
   *
   * @param after sequence number of the last snapshot not wanted any more; -1 for all
   */
  Multi<RunState> snapshots(String id, long after) {
    String run = checked(id);
    Multi<RunState> states =
        view.watch(run, emitter -> Watcher.ofSnapshots(emitter, after))
            .onFailure()
            .transform(e -> error(run, e));
    return view.lacksSnapshot(run)
        ? states.ifNoItem().after(OTHER_TOPIC).failWith(() -> Errors.notFound(RUN, run, GONE))
        : states;
  }

  /** The same, with what the history still holds first, see {@link Replays#of}. */
  Multi<RunState> allSnapshots(String id, long after) {
    String run = checked(id);
    return replays.of(run, after).onFailure().transform(e -> error(run, e));
  }

  /** The ranking of a run that has ended well; UNAVAILABLE where it does not come soon. */
  Uni<Ranking> rankingToCome(String id) {
    String run = checked(id);
    return view.watch(run, Watcher::ofRanking)
        .toUni()
        .map(state -> state.ranking().orElseThrow())
        .ifNoItem()
        .after(OTHER_TOPIC)
        .failWith(() -> unavailable(run, "its ranking is on the way, ask again"))
        .onFailure()
        .transform(e -> error(run, e));
  }

  private static String checked(String run) {
    if (!RunId.isValid(run)) {
      throw Errors.invalid(RUN, run, "must be " + RunId.FORM);
    }
    return run;
  }

  private static RuntimeException unavailable(String run, String remedy) {
    return Errors.error(Code.UNAVAILABLE, "NOT_READY", RUN, run, remedy);
  }

  private static Throwable error(String run, Throwable e) {
    return switch (e) {
      case TooManyWatchersException many ->
          Errors.error(Code.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS", RUN, run, many.getMessage());
      case TooManyReplaysException many ->
          Errors.error(Code.RESOURCE_EXHAUSTED, "TOO_MANY_REPLAYS", RUN, run, many.getMessage());
      case RunDeletedException deleted -> Errors.notFound(RUN, run, deleted.getMessage());
      case BusUnavailableException silent ->
          Errors.error(Code.UNAVAILABLE, "BUS_UNAVAILABLE", RUN, run, silent.getMessage());
      default -> e;
    };
  }
}
