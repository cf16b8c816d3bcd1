package dev.espalier.importance.api;

import dev.espalier.grpc.Errors;
import dev.espalier.grpc.NewestOnly;
import dev.espalier.grpc.Pace;
import dev.espalier.importance.v1.DeleteRunRequest;
import dev.espalier.importance.v1.DeleteRunResponse;
import dev.espalier.importance.v1.GetImportanceRequest;
import dev.espalier.importance.v1.GetImportanceResponse;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.importance.v1.GetRankingResponse;
import dev.espalier.importance.v1.ImportanceService;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;

/** Answers from the view, whichever instance folded the run. */
@GrpcService
@RegisterInterceptor(NewestOnly.class)
public class ImportanceGrpcService implements ImportanceService {
  private static final long ALL = -1;

  private final Runs runs;
  private final Deletions deletions;

  ImportanceGrpcService(Runs runs, Deletions deletions) {
    this.runs = runs;
    this.deletions = deletions;
  }

  @Override
  public Multi<WatchCoefficientsResponse> watchCoefficients(WatchCoefficientsRequest request) {
    return runs.snapshots(request.getRunId(), ALL)
        .map(
            state ->
                WatchCoefficientsResponse.newBuilder()
                    .setCoefficients(state.snapshot().orElseThrow().getCoefficients())
                    .setTraceParent(state.traceParent())
                    .build())
        .skip()
        .repetitions(Comparator.comparingInt(r -> r.getCoefficients().getEpoch()));
  }

  @Override
  public Uni<GetImportanceResponse> getImportance(GetImportanceRequest request) {
    String run = request.getRunId();
    return runs.known(run)
        .map(
            state ->
                state
                    .snapshot()
                    .map(s -> GetImportanceResponse.newBuilder().setSnapshot(s).build())
                    .orElseThrow(() -> Errors.notFound(Runs.RUN, run, Runs.GONE)));
  }

  @Override
  public Multi<WatchImportanceResponse> watchImportance(WatchImportanceRequest request) {
    String run = request.getRunId();
    Multi<RunState> states =
        request.getFromBeginning()
            ? Pace.keep(runs.allSnapshots(run, ALL))
            : runs.snapshots(run, ALL);
    return states.map(
        state ->
            WatchImportanceResponse.newBuilder()
                .setSnapshot(state.snapshot().orElseThrow())
                .build());
  }

  @Override
  public Uni<GetRankingResponse> getRanking(GetRankingRequest request) {
    String run = request.getRunId();
    return runs.known(run)
        .flatMap(state -> ranking(run, state))
        .map(r -> GetRankingResponse.newBuilder().setRanking(r).build());
  }

  @Override
  public Uni<DeleteRunResponse> deleteRun(DeleteRunRequest request) {
    String run = request.getRunId();
    return runs.known(run)
        .flatMap(
            state -> {
              if (!state.finished() && !request.getAbandon()) {
                throw Errors.notYet(
                    "RUN_GOES_ON",
                    Runs.RUN,
                    run,
                    "the run still trains, stop it first or set abandon");
              }
              return deletions.publish(run);
            })
        .map(taken -> DeleteRunResponse.getDefaultInstance());
  }

  private Uni<Ranking> ranking(String run, RunState state) {
    if (state.ranking().isPresent()) {
      return Uni.createFrom().item(state.ranking().get());
    }
    return switch (state.snapshot().orElseThrow().getPhase()) {
      case RUN_PHASE_COMPLETED -> runs.rankingToCome(run);
      case RUN_PHASE_FAILED ->
          throw Errors.notYet("RUN_FAILED", Runs.RUN, run, "the run failed and has no ranking");
      default ->
          throw Errors.notYet(
              "RUN_GOES_ON",
              Runs.RUN,
              run,
              "the run still trains, ask after WatchImportance ended");
    };
  }
}
