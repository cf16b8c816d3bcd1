package dev.espalier.trainer.client;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.AnalyzeModelResponse;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.trainer.run.GroupSource;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Asks the pruner for the groups of a model. */
public final class PrunerGroups implements GroupSource {
  private static final Logger LOG = Logger.getLogger(PrunerGroups.class);
  private static final long DEADLINE_SECONDS = 60;
  private static final int MOST_BYTES = 64 << 20;
  private static final Set<Status.Code> FINAL =
      EnumSet.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.OUT_OF_RANGE,
          Status.Code.PERMISSION_DENIED,
          Status.Code.UNAUTHENTICATED,
          Status.Code.UNIMPLEMENTED);

  private final PruningServiceGrpc.PruningServiceStub pruner;

  /**
   * @param pruner where the service is
   */
  public PrunerGroups(Channel pruner) {
    this.pruner = PruningServiceGrpc.newStub(pruner).withMaxInboundMessageSize(MOST_BYTES);
  }

  @Override
  public CompletableFuture<DependencyGraph> ask(String model, String runId) {
    CompletableFuture<DependencyGraph> answer = new CompletableFuture<>();
    AnalyzeModelRequest request =
        AnalyzeModelRequest.newBuilder().setModel(model).setRunId(runId).build();
    attempt(request, answer, new Backoff());
    return answer;
  }

  private void attempt(
      AnalyzeModelRequest request, CompletableFuture<DependencyGraph> answer, Backoff backoff) {
    if (answer.isDone()) {
      return;
    }
    pruner
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .analyzeModel(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(AnalyzeModelResponse response) {
                answer.complete(response.getGraph());
              }

              @Override
              public void onError(Throwable problem) {
                Status status = Status.fromThrowable(problem);
                LOG.infof(
                    "no groups yet: run=%s status=%s", request.getRunId(), Statuses.words(status));
                if (FINAL.contains(status.getCode())) {
                  answer.completeExceptionally(
                      new IllegalStateException(
                          "the pruner answers " + Statuses.words(status), problem));
                } else {
                  CompletableFuture.delayedExecutor(backoff.next(), TimeUnit.NANOSECONDS)
                      .execute(() -> attempt(request, answer, backoff));
                }
              }

              @Override
              public void onCompleted() {
                answer.completeExceptionally(
                    new IllegalStateException("the pruner answered nothing"));
              }
            });
  }
}
