package dev.espalier.pruner.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.job.Orders;
import dev.espalier.pruner.job.RunCutter;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.stream.RunViews;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.StartPruningRequest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cuts runs that train, on the threads of the prunings. A cut whose caller hung up ends early and
 * leaves nothing; once its result is on its way to the bus, only its graph is not told.
 */
@Singleton
class RunCuts {
  private final PrunerConfig config;
  private final RunViews views;
  private final RunCutter cutter;
  private final Workers workers;
  private final Results results;

  RunCuts(PrunerConfig config, RunViews views, RunCutter cutter, Workers workers, Results results) {
    this.config = config;
    this.views = views;
    this.cutter = cutter;
    this.workers = workers;
    this.results = results;
  }

  /**
   * @return fails with INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, RESOURCE_EXHAUSTED or
   *     UNAVAILABLE
   */
  Uni<CutRunResponse> cut(CutRunRequest request) {
    StartPruningRequest order = order(request);
    boolean isWeighed =
        order.getAllocation() == Allocation.ALLOCATION_IMPORTANCE || Orders.needsUnits(order);
    Uni<Optional<ImportanceSnapshot>> importance =
        isWeighed ? importance(request) : Uni.createFrom().item(Optional.empty());
    return importance.flatMap(
        found -> work(new RunCutter.Task(request.getModel(), request.getGraph(), order, found)));
  }

  private static StartPruningRequest order(CutRunRequest request) {
    String runId = Requests.runId(request.getRunId());
    if (request.getModel().isEmpty()) {
      throw Errors.invalid("model", "", "give the run's model, relative to the model store");
    }
    if (request.getAfterEpochs() < 1) {
      throw Errors.invalid("after_epochs", request.getAfterEpochs(), "give 1 or more");
    }
    try {
      GraphMessages.check(request.getGraph());
    } catch (IllegalArgumentException e) {
      throw Errors.invalid("graph", "", e.getMessage());
    }
    if (request.getGraph().getGroupsCount() == 0) {
      throw Errors.invalid("graph.groups", "", "give the groups of the model, at least one");
    }
    return Requests.checked(
        () ->
            OrderMessages.complete(
                StartPruningRequest.newBuilder()
                    .setRunId(runId)
                    .setTarget(request.getTarget())
                    .setAllocation(request.getAllocation())
                    .setChannelScore(request.getChannelScore())
                    .setConstraints(request.getConstraints())
                    .build()));
  }

  private Uni<Optional<ImportanceSnapshot>> importance(CutRunRequest request) {
    return Uni.createFrom()
        .completionStage(
            () ->
                views.awaitSnapshot(
                    request.getRunId(), request.getAfterEpochs(), config.rankingWait()))
        .invoke(
            found -> {
              if (found.isEmpty()) {
                throw Errors.notYet(
                    "IMPORTANCE_NOT_THERE",
                    "after_epochs",
                    request.getAfterEpochs(),
                    "the importance of run %s after these epochs did not arrive within %s; see that the"
                            .formatted(request.getRunId(), config.rankingWait())
                        + " importance service is up, or take ALLOCATION_UNIFORM or"
                        + " ALLOCATION_GLOBAL");
              }
            });
  }

  private Uni<CutRunResponse> work(RunCutter.Task task) {
    return Uni.createFrom()
        .<CutRunResponse>emitter(
            emitter -> {
              AtomicBoolean isGone = new AtomicBoolean();
              Interruptible work = new Interruptible(() -> guarded(task, emitter, isGone));
              emitter.onTermination(
                  () -> {
                    isGone.set(true);
                    work.cancel();
                  });
              workers.prunings().execute(work::run);
            })
        .onFailure(RejectedExecutionException.class)
        .transform(
            e ->
                Errors.error(
                    Code.RESOURCE_EXHAUSTED,
                    "TOO_MANY_PRUNINGS",
                    "run_id",
                    task.order().getRunId(),
                    "too many prunings wait already; try again later"));
  }

  private void guarded(
      RunCutter.Task task, UniEmitter<? super CutRunResponse> emitter, AtomicBoolean isGone) {
    try {
      CutRunResponse response = cutter.cut(task, stage -> check(isGone), () -> check(isGone));
      results.publish(response.getResult());
      check(isGone);
      views.graph(task.order().getRunId(), response.getGraph());
      emitter.complete(response);
    } catch (ModelFiles.MissingException e) {
      emitter.fail(Errors.notFound("model", task.model(), e.getMessage() + "; put it there"));
    } catch (OnnxException | VerificationException e) {
      emitter.fail(Errors.invalid("model", task.model(), e.getMessage()));
    } catch (PlanException e) {
      emitter.fail(Errors.invalid("target", task.order().getTarget(), e.getMessage()));
    } catch (IOException e) {
      emitter.fail(
          Errors.error(
              Code.UNAVAILABLE,
              "CUT_NOT_MADE",
              "run_id",
              task.order().getRunId(),
              e.getMessage() + "; try again later"));
    } catch (OutOfMemoryError e) {
      emitter.fail(
          Errors.error(
              Code.RESOURCE_EXHAUSTED,
              "OUT_OF_MEMORY",
              "model",
              task.model(),
              "the model does not fit into memory; start the pruner with a larger -Xmx"));
    } catch (RuntimeException | Error e) {
      emitter.fail(e);
    }
  }

  private static void check(AtomicBoolean isGone) {
    if (isGone.get()) {
      throw new CancellationException("the caller hung up");
    }
  }
}
