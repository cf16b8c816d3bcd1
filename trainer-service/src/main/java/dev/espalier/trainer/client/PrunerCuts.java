package dev.espalier.trainer.client;

import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.trainer.run.CutSource;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Asks the pruner to cut the model of a run that trains. */
public final class PrunerCuts implements CutSource {
  private static final Logger LOG = Logger.getLogger(PrunerCuts.class);
  private static final int MOST_BYTES = 64 << 20;

  private final PruningServiceGrpc.PruningServiceStub pruner;

  /**
   * @param pruner where the service is
   */
  public PrunerCuts(Channel pruner) {
    this.pruner = PruningServiceGrpc.newStub(pruner).withMaxInboundMessageSize(MOST_BYTES);
  }

  @Override
  public CompletableFuture<CutRunResponse> cut(CutRunRequest request, Duration longest) {
    CompletableFuture<CutRunResponse> answer = new CompletableFuture<>();
    attempt(request, answer, System.nanoTime() + longest.toNanos(), new Backoff());
    return answer;
  }

  private void attempt(
      CutRunRequest request,
      CompletableFuture<CutRunResponse> answer,
      long deadline,
      Backoff backoff) {
    if (!answer.isDone()) {
      long left = Math.max(1, deadline - System.nanoTime());
      pruner
          .withDeadlineAfter(left, TimeUnit.NANOSECONDS)
          .cutRun(request, new Attempt(request, answer, deadline, backoff));
    }
  }

  private final class Attempt implements ClientResponseObserver<CutRunRequest, CutRunResponse> {
    private final CutRunRequest request;
    private final CompletableFuture<CutRunResponse> answer;
    private final long deadline;
    private final Backoff backoff;

    Attempt(
        CutRunRequest request,
        CompletableFuture<CutRunResponse> answer,
        long deadline,
        Backoff backoff) {
      this.request = request;
      this.answer = answer;
      this.deadline = deadline;
      this.backoff = backoff;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<CutRunRequest> call) {
      answer.whenComplete(
          (response, problem) -> {
            if (answer.isCancelled()) {
              call.cancel("the run waits no longer", null);
            }
          });
    }

    @Override
    public void onNext(CutRunResponse response) {
      answer.complete(response);
    }

    @Override
    public void onError(Throwable problem) {
      Status status = Status.fromThrowable(problem);
      LOG.infof("not cut: run=%s status=%s", request.getRunId(), Statuses.words(status));
      long pause = backoff.next();
      boolean isAway = status.getCode() == Status.Code.UNAVAILABLE;
      if (isAway && System.nanoTime() + pause - deadline < 0) {
        CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS)
            .execute(() -> attempt(request, answer, deadline, backoff));
      } else {
        answer.completeExceptionally(
            new IllegalStateException("the pruner answers " + Statuses.words(status), problem));
      }
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(new IllegalStateException("the pruner answered nothing"));
    }
  }
}
