package dev.espalier.pruner.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.pruner.stream.CatchUp;
import dev.espalier.pruner.stream.RunViews;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds the ranking of a run. One that has just ended may need a moment to arrive. */
@Singleton
class Rankings {
  private final PrunerConfig config;
  private final RunViews views;
  private final CatchUp catchUp;

  Rankings(PrunerConfig config, RunViews views, CatchUp catchUp) {
    this.config = config;
    this.views = views;
    this.catchUp = catchUp;
  }

  /**
   * @return at once where it is there or the run is unknown, else within the configured wait; fails
   *     with NOT_FOUND, FAILED_PRECONDITION while the run goes on, or UNAVAILABLE while the bus has
   *     not been read
   */
  Uni<Ranking> of(String runId) {
    boolean known = views.graph(runId).isPresent() || views.ranking(runId).isPresent();
    Uni<Optional<Ranking>> ranking =
        known
            ? Uni.createFrom()
                .completionStage(() -> views.awaitRanking(runId, config.rankingWait()))
            : Uni.createFrom().item(Optional.empty());
    return ranking.flatMap(
        found ->
            found.isPresent()
                ? Uni.createFrom().item(found.get())
                : catchUp
                    .done()
                    .flatMap(done -> Uni.createFrom().failure(none(runId, known, done))));
  }

  /** Why a run has no ranking: it goes on, nobody knows it, or the bus has not been read. */
  private static Throwable none(String runId, boolean known, boolean caughtUp) {
    if (!caughtUp) {
      return Errors.error(
          Code.UNAVAILABLE,
          "BUS_NOT_READ",
          "run_id",
          runId,
          "the bus has not been read yet; see that the broker is up and try again");
    }
    return known
        ? Errors.notYet(
            "RUN_NOT_COMPLETED",
            "run_id",
            runId,
            "the run has no ranking yet; prune it once it has completed")
        : Errors.notFound("run_id", runId, "no such run is known; start one, or mend the id");
  }
}
