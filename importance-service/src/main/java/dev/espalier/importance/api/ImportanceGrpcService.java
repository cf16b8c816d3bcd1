package dev.espalier.importance.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.grpc.NewestOnly;
import dev.espalier.importance.v1.Coefficients;
import dev.espalier.importance.v1.DeleteRunRequest;
import dev.espalier.importance.v1.DeleteRunResponse;
import dev.espalier.importance.v1.GetImportanceRequest;
import dev.espalier.importance.v1.GetImportanceResponse;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.importance.v1.GetRankingResponse;
import dev.espalier.importance.v1.ImportanceService;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import dev.espalier.run.RunId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/** Answers from the view, whichever instance folded the run. */
@GrpcService
@RegisterInterceptor(NewestOnly.class)
public class ImportanceGrpcService implements ImportanceService {
  private static final String RUN = "run_id";
  private static final Duration OTHER_TOPIC = Duration.ofSeconds(2);

  private final RunView view;

  ImportanceGrpcService(RunView view) {
    this.view = view;
  }

  @Override
  public Multi<WatchCoefficientsResponse> watchCoefficients(WatchCoefficientsRequest request) {
    return snapshots(request.getRunId())
        .map(ImportanceSnapshot::getCoefficients)
        .skip()
        .repetitions(Comparator.comparingInt(Coefficients::getEpoch))
        .map(c -> WatchCoefficientsResponse.newBuilder().setCoefficients(c).build());
  }

  @Override
  public Uni<GetImportanceResponse> getImportance(GetImportanceRequest request) {
    String run = request.getRunId();
    return known(run)
        .snapshot()
        .map(s -> GetImportanceResponse.newBuilder().setSnapshot(s).build())
        .map(response -> Uni.createFrom().item(response))
        .orElseThrow(() -> Errors.notFound(RUN, run, "its snapshots are gone, its ranking stays"));
  }

  @Override
  public Multi<WatchImportanceResponse> watchImportance(WatchImportanceRequest request) {
    return snapshots(request.getRunId())
        .skip()
        .repetitions(Comparator.comparingLong(ImportanceSnapshot::getSequence))
        .map(s -> WatchImportanceResponse.newBuilder().setSnapshot(s).build());
  }

  @Override
  public Uni<GetRankingResponse> getRanking(GetRankingRequest request) {
    String run = request.getRunId();
    RunState state = known(run);
    Uni<Ranking> ranking =
        state
            .ranking()
            .map(known -> Uni.createFrom().item(known))
            .orElseGet(() -> rankingToCome(run, state.snapshot().orElseThrow()));
    return ranking.map(r -> GetRankingResponse.newBuilder().setRanking(r).build());
  }

  @Override
  public Uni<DeleteRunResponse> deleteRun(DeleteRunRequest request) {
    return Uni.createFrom().failure(new StatusRuntimeException(Status.UNIMPLEMENTED));
  }

  private Uni<Ranking> rankingToCome(String run, ImportanceSnapshot snapshot) {
    return switch (snapshot.getPhase()) {
      case RUN_PHASE_COMPLETED ->
          watch(run, state -> state.ranking().isPresent())
              .filter(state -> state.ranking().isPresent())
              .toUni()
              .map(state -> state.ranking().orElseThrow())
              .ifNoItem()
              .after(OTHER_TOPIC)
              .failWith(() -> unavailable(run, "its ranking is on the way, ask again"));
      case RUN_PHASE_FAILED ->
          throw Errors.notYet("RUN_FAILED", RUN, run, "the run failed and has no ranking");
      default ->
          throw Errors.notYet(
              "RUN_GOES_ON", RUN, run, "the run still trains, ask after WatchImportance ended");
    };
  }

  private Multi<ImportanceSnapshot> snapshots(String id) {
    String run = checked(id);
    Multi<ImportanceSnapshot> snapshots =
        watch(run, RunState::ended)
            .map(RunState::snapshot)
            .filter(Optional::isPresent)
            .map(Optional::orElseThrow);
    boolean gone =
        view.isLoaded() && view.find(run).filter(s -> s.snapshot().isEmpty()).isPresent();
    return gone
        ? snapshots
            .ifNoItem()
            .after(OTHER_TOPIC)
            .failWith(() -> Errors.notFound(RUN, run, "its snapshots are gone, its ranking stays"))
        : snapshots;
  }

  private Multi<RunState> watch(String run, Predicate<RunState> last) {
    return view.watch(run, last)
        .onFailure(TooManyWatchersException.class)
        .transform(
            e ->
                Errors.error(
                    Code.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS", RUN, run, e.getMessage()));
  }

  private RunState known(String id) {
    String run = checked(id);
    if (!view.isLoaded()) {
      throw unavailable(run, "past runs are still being read, ask again shortly");
    }
    return view.find(run)
        .orElseThrow(
            () -> Errors.notFound(RUN, run, "no such run was announced on the bus, check the id"));
  }

  private static String checked(String run) {
    if (!RunId.isValid(run)) {
      throw Errors.invalid(RUN, run, "must be 1 to 64 characters of [a-z0-9-]");
    }
    return run;
  }

  private static RuntimeException unavailable(String run, String remedy) {
    return Errors.error(Code.UNAVAILABLE, "NOT_READY", RUN, run, remedy);
  }
}
