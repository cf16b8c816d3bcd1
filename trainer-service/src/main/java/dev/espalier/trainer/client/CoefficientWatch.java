package dev.espalier.trainer.client;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One run's stream of coefficients, opened again whenever it breaks. */
final class CoefficientWatch {
  private static final Logger LOG = Logger.getLogger(CoefficientWatch.class);

  private final ImportanceServiceGrpc.ImportanceServiceStub importance;
  private final WatchCoefficientsRequest request;
  private final Backoff backoff = new Backoff();
  private final CoefficientBoard board = new CoefficientBoard(this::close);
  private ClientCallStreamObserver<WatchCoefficientsRequest> call;
  private boolean closed;

  CoefficientWatch(ImportanceServiceGrpc.ImportanceServiceStub importance, String runId) {
    this.importance = importance;
    request = WatchCoefficientsRequest.newBuilder().setRunId(runId).build();
  }

  CoefficientBoard board() {
    return board;
  }

  synchronized void connect() {
    if (!closed) {
      importance.watchCoefficients(request, new Stream());
    }
  }

  private synchronized void close() {
    closed = true;
    if (call != null) {
      call.cancel("the run has ended", null);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void started(ClientCallStreamObserver<WatchCoefficientsRequest> stream) {
    call = stream;
  }

  private void connectLater() {
    if (!isClosed()) {
      CompletableFuture.delayedExecutor(backoff.next(), TimeUnit.NANOSECONDS)
          .execute(this::connect);
    }
  }

  private static Coefficients coefficients(WatchCoefficientsResponse response) {
    dev.espalier.importance.v1.Coefficients message = response.getCoefficients();
    if (message.getGroupIdCount() != message.getLambdaCount()) {
      throw new IllegalArgumentException(
          message.getGroupIdCount() + " groups but " + message.getLambdaCount() + " lambdas");
    }
    Map<String, Double> lambda = new HashMap<>();
    for (int i = 0; i < message.getGroupIdCount(); i++) {
      lambda.put(message.getGroupId(i), message.getLambda(i));
    }
    return new Coefficients(
        message.getEpoch(),
        lambda,
        message.getLambdaWeight(),
        TraceParent.parse(response.getTraceParent()));
  }

  private final class Stream
      implements ClientResponseObserver<WatchCoefficientsRequest, WatchCoefficientsResponse> {
    @Override
    public void beforeStart(ClientCallStreamObserver<WatchCoefficientsRequest> stream) {
      started(stream);
    }

    @Override
    public void onNext(WatchCoefficientsResponse response) {
      backoff.reset();
      try {
        board.put(coefficients(response));
      } catch (IllegalArgumentException e) {
        LOG.warnf("coefficients refused: run=%s %s", request.getRunId(), e.getMessage());
      }
    }

    @Override
    public void onError(Throwable problem) {
      if (!isClosed()) {
        LOG.infof(
            "no coefficients: run=%s status=%s",
            request.getRunId(), Status.fromThrowable(problem).getCode());
        board.reachable(false);
        connectLater();
      }
    }

    @Override
    public void onCompleted() {
      board.reachable(false);
      connectLater();
    }
  }
}
