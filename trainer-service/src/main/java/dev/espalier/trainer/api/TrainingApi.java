package dev.espalier.trainer.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.grpc.NewestOnly;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.run.PastRuns;
import dev.espalier.trainer.run.RunEnvironment;
import dev.espalier.trainer.run.RunFolder;
import dev.espalier.trainer.run.RunHandle;
import dev.espalier.trainer.run.RunInputs;
import dev.espalier.trainer.run.RunMessages;
import dev.espalier.trainer.run.RunPhase;
import dev.espalier.trainer.run.RunRegistry;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.run.RunSnapshot;
import dev.espalier.trainer.run.TrainingRun;
import dev.espalier.training.v1.EvaluateModelRequest;
import dev.espalier.training.v1.EvaluateModelResponse;
import dev.espalier.training.v1.GetRunRequest;
import dev.espalier.training.v1.GetRunResponse;
import dev.espalier.training.v1.ListRunsRequest;
import dev.espalier.training.v1.ListRunsResponse;
import dev.espalier.training.v1.ResumeRunRequest;
import dev.espalier.training.v1.ResumeRunResponse;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.StartRunResponse;
import dev.espalier.training.v1.StopRunRequest;
import dev.espalier.training.v1.StopRunResponse;
import dev.espalier.training.v1.TrainingService;
import dev.espalier.training.v1.WatchRunRequest;
import dev.espalier.training.v1.WatchRunResponse;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** The training service over gRPC. */
@GrpcService
@RegisterInterceptor(NewestOnly.class)
public class TrainingApi implements TrainingService {
  private static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 1000;

  private final RunRegistry runs;
  private final RunEnvironment environment;
  private final Evaluations evaluations;
  private final ReentrantLock checking = new ReentrantLock();
  private final ReentrantLock evaluating = new ReentrantLock();

  TrainingApi(RunRegistry runs, RunEnvironment environment) {
    this.runs = runs;
    this.environment = environment;
    evaluations = new Evaluations(environment.store());
  }

  @Override
  @Blocking
  public Uni<StartRunResponse> startRun(StartRunRequest request) {
    int salt = ThreadLocalRandom.current().nextInt();
    RunSettings settings = StartRequests.settings(request, environment.clock().instant(), salt);
    RunFolder folder = new RunFolder(environment.store(), settings.runId());
    try {
      runs.checkRoom(settings.runId());
      folder.checkFree();
      check(settings);
      RunHandle handle = runs.start(settings, run -> training(run, folder));
      return Uni.createFrom()
          .item(StartRunResponse.newBuilder().setRun(RunMessages.run(handle.snapshot())).build());
    } catch (RunRegistry.KnownException e) {
      throw Errors.exists(
          "run_id",
          settings.runId(),
          "there is, or was, a run of that id; choose another or leave it empty");
    } catch (RunRegistry.FullException e) {
      throw full(settings.runId());
    }
  }

  @Override
  @Blocking
  public Uni<GetRunResponse> getRun(GetRunRequest request) {
    RunHandle run = find(request.getRunId());
    return Uni.createFrom()
        .item(GetRunResponse.newBuilder().setRun(RunMessages.run(run.snapshot())).build());
  }

  @Override
  public Uni<ListRunsResponse> listRuns(ListRunsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    if (size < 1 || size > LARGEST_PAGE) {
      throw Errors.invalid(
          "page_size", request.getPageSize(), "choose from 1 to 1000, or 0 for 50");
    }
    List<RunRegistry.Listed> page = runs.list(before(request.getPageToken()), size + 1);
    ListRunsResponse.Builder response = ListRunsResponse.newBuilder();
    page.stream()
        .limit(size)
        .forEach(listed -> response.addRuns(RunMessages.run(listed.snapshot())));
    if (page.size() > size) {
      response.setNextPageToken(Long.toString(page.get(size - 1).number()));
    }
    return Uni.createFrom().item(response.build());
  }

  @Override
  @Blocking
  public Uni<StopRunResponse> stopRun(StopRunRequest request) {
    RunHandle run = find(request.getRunId());
    runs.stop(run);
    return Uni.createFrom()
        .item(StopRunResponse.newBuilder().setRun(RunMessages.run(run.snapshot())).build());
  }

  @Override
  @Blocking
  public Uni<ResumeRunResponse> resumeRun(ResumeRunRequest request) {
    RunHandle run = find(request.getRunId());
    RunSnapshot now = run.snapshot();
    if (!now.phase().ended()) {
      throw notNow("RUN_AT_WORK", now, "is at work; stop it first");
    }
    if (now.phase() instanceof RunPhase.Completed) {
      throw notNow("RUN_COMPLETE", now, "has done all its epochs; start a run from its model");
    }
    try {
      RunHandle resumed = runs.resume(run, handle -> TrainingRun.again(handle, environment));
      return Uni.createFrom()
          .item(ResumeRunResponse.newBuilder().setRun(RunMessages.run(resumed.snapshot())).build());
    } catch (IllegalStateException e) {
      throw notNow("RUN_AT_WORK", now, "was resumed just now");
    } catch (RunRegistry.FullException e) {
      throw full(request.getRunId());
    }
  }

  @Override
  @Blocking
  public Uni<EvaluateModelResponse> evaluateModel(EvaluateModelRequest request) {
    evaluating.lock();
    try {
      return Uni.createFrom().item(evaluations.evaluate(request));
    } finally {
      evaluating.unlock();
    }
  }

  @Override
  @Blocking
  public Multi<WatchRunResponse> watchRun(WatchRunRequest request) {
    RunHandle run = find(request.getRunId());
    return Multi.createFrom()
        .<RunSnapshot>emitter(
            emitter ->
                emitter.onTermination(
                    run.watch(
                        snapshot -> {
                          emitter.emit(snapshot);
                          if (snapshot.phase().ended()) {
                            emitter.complete();
                          }
                        })),
            BackPressureStrategy.LATEST)
        .emitOn(Infrastructure.getDefaultWorkerPool(), 1)
        .map(snapshot -> WatchRunResponse.newBuilder().setRun(RunMessages.run(snapshot)).build());
  }

  private static StatusRuntimeException full(String runId) {
    return Errors.error(
        Code.RESOURCE_EXHAUSTED,
        "TOO_MANY_RUNS",
        "run_id",
        runId,
        "one run trains and " + RunRegistry.MOST_WAITING + " wait; try again when one has ended");
  }

  private static StatusRuntimeException notNow(String reason, RunSnapshot run, String remedy) {
    return Errors.error(Code.FAILED_PRECONDITION, reason, "run_id", run.settings().runId(), remedy);
  }

  private RunHandle find(String runId) {
    Optional<RunHandle> known = runs.find(StartRequests.checkedRunId(runId));
    if (known.isEmpty()) {
      try {
        PastRuns.find(environment.store(), runId, environment.clock().instant())
            .ifPresent(runs::remember);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return runs.find(runId)
        .orElseThrow(
            () -> Errors.notFound("run_id", runId, "no such run; list the runs that are known"));
  }

  /**
   * Reads data and model once, so that whoever asks learns at once what is wrong with them. One
   * request at a time does so, which bounds the memory that requests take together.
   */
  private void check(RunSettings settings) {
    checking.lock();
    try {
      RunInputs.check(settings, environment.store(), Runtime.getRuntime().maxMemory());
    } catch (InvalidInput e) {
      throw Errors.invalid(e.field(), e.value(), e.remedy());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      checking.unlock();
    }
  }

  private Runnable training(RunHandle run, RunFolder folder) {
    try {
      folder.claim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TrainingRun training = TrainingRun.begin(run, environment);
    try {
      training.keep();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return training;
  }

  private static long before(String token) {
    if (token.isEmpty()) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw Errors.invalid("page_token", token, "pass next_page_token of the page before");
    }
  }
}
