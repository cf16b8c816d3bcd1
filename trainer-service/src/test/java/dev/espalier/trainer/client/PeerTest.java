package dev.espalier.trainer.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.Coefficients;
import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.AnalyzeModelResponse;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.CoefficientBoard;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private Server server;
  private ManagedChannel channel;

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void prunerIsAskedAgainUntilItAnswers() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    connect(
        new PruningServiceGrpc.PruningServiceImplBase() {
          @Override
          public void analyzeModel(
              AnalyzeModelRequest request, StreamObserver<AnalyzeModelResponse> response) {
            if (calls.incrementAndGet() < 3) {
              response.onError(Status.UNAVAILABLE.asException());
              return;
            }
            response.onNext(
                AnalyzeModelResponse.newBuilder()
                    .setGraph(DependencyGraph.newBuilder().setRunId(request.getRunId()))
                    .build());
            response.onCompleted();
          }
        });

    DependencyGraph graph =
        new PrunerGroups(channel).ask("m.onnx", "run").get(50, TimeUnit.SECONDS);

    assertEquals("run", graph.getRunId());
    assertEquals(3, calls.get());
  }

  @Test
  void aRefusalIsFinal() throws Exception {
    connect(
        new PruningServiceGrpc.PruningServiceImplBase() {
          @Override
          public void analyzeModel(
              AnalyzeModelRequest request, StreamObserver<AnalyzeModelResponse> response) {
            response.onError(Status.INVALID_ARGUMENT.withDescription("no model").asException());
          }
        });

    CompletableFuture<DependencyGraph> answer = new PrunerGroups(channel).ask("m.onnx", "run");

    ExecutionException e =
        assertThrows(ExecutionException.class, () -> answer.get(50, TimeUnit.SECONDS));
    assertEquals("the pruner answers INVALID_ARGUMENT: no model", e.getCause().getMessage());
  }

  @Test
  void aCutIsAskedForWithinItsTimeAndARefusalIsFinal() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Void> hungUp = new CompletableFuture<>();
    connect(
        new PruningServiceGrpc.PruningServiceImplBase() {
          @Override
          public void cutRun(CutRunRequest request, StreamObserver<CutRunResponse> response) {
            switch (request.getRunId()) {
              case "good" -> {
                if (calls.incrementAndGet() < 3) {
                  response.onError(Status.UNAVAILABLE.asException());
                  return;
                }
                response.onNext(
                    CutRunResponse.newBuilder()
                        .setGraph(DependencyGraph.newBuilder().setRunId("good"))
                        .build());
                response.onCompleted();
              }
              case "bad" ->
                  response.onError(
                      Status.FAILED_PRECONDITION.withDescription("no importance").asException());
              case "away" -> response.onError(Status.UNAVAILABLE.asException());
              default ->
                  ((ServerCallStreamObserver<CutRunResponse>) response)
                      .setOnCancelHandler(() -> hungUp.complete(null));
            }
          }
        });
    PrunerCuts cuts = new PrunerCuts(channel);

    assertEquals(
        "good", cuts.cut(cut("good"), LONG).get(50, TimeUnit.SECONDS).getGraph().getRunId());
    assertEquals(3, calls.get());
    assertEquals(
        "the pruner answers FAILED_PRECONDITION: no importance",
        refusal(cuts.cut(cut("bad"), LONG)));
    assertEquals(
        "the pruner answers UNAVAILABLE", refusal(cuts.cut(cut("away"), Duration.ofMillis(300))));
    String late = refusal(cuts.cut(cut("slow"), Duration.ofMillis(50)));
    assertTrue(late.startsWith("the pruner answers DEADLINE_EXCEEDED"), late);
    hungUp.get(50, TimeUnit.SECONDS);
  }

  @Test
  void aCutThatIsNotWaitedForAnyLongerIsCancelled() throws Exception {
    CompletableFuture<Void> began = new CompletableFuture<>();
    CompletableFuture<Void> hungUp = new CompletableFuture<>();
    connect(
        new PruningServiceGrpc.PruningServiceImplBase() {
          @Override
          public void cutRun(CutRunRequest request, StreamObserver<CutRunResponse> response) {
            ((ServerCallStreamObserver<CutRunResponse>) response)
                .setOnCancelHandler(() -> hungUp.complete(null));
            began.complete(null);
          }
        });
    CompletableFuture<CutRunResponse> asked = new PrunerCuts(channel).cut(cut("run"), LONG);
    began.get(50, TimeUnit.SECONDS);
    asked.cancel(true);
    hungUp.get(50, TimeUnit.SECONDS);
  }

  private static CutRunRequest cut(String runId) {
    return CutRunRequest.newBuilder().setRunId(runId).build();
  }

  private static String refusal(CompletableFuture<?> answer) {
    return assertThrows(ExecutionException.class, () -> answer.get(50, TimeUnit.SECONDS))
        .getCause()
        .getMessage();
  }

  @Test
  void coefficientsAreFollowedAcrossBrokenStreams() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    connect(
        new ImportanceServiceGrpc.ImportanceServiceImplBase() {
          @Override
          public void watchCoefficients(
              WatchCoefficientsRequest request,
              StreamObserver<WatchCoefficientsResponse> response) {
            int call = calls.getAndIncrement();
            response.onNext(coefficients(call, 1));
            if (call < 2) {
              response.onError(Status.UNAVAILABLE.asException());
            }
          }
        });

    try (CoefficientBoard board = new ImportanceCoefficients(channel).watch("run")) {
      int epoch = 0;
      while (epoch <= 2) {
        epoch += board.await(epoch, LONG) ? 1 : 0;
      }

      assertEquals(2, board.newest().orElseThrow().epoch());
      assertEquals(0.5, board.newest().orElseThrow().lambda().get("g"));
      assertEquals(0.01, board.newest().orElseThrow().weight());
    }
  }

  @Test
  void badCoefficientsAreIgnored() throws Exception {
    connect(
        new ImportanceServiceGrpc.ImportanceServiceImplBase() {
          @Override
          public void watchCoefficients(
              WatchCoefficientsRequest request,
              StreamObserver<WatchCoefficientsResponse> response) {
            response.onNext(coefficients(5, 2));
            response.onNext(coefficients(1, 1));
          }
        });

    try (CoefficientBoard board = new ImportanceCoefficients(channel).watch("run")) {
      assertTrue(board.await(1, LONG));
      assertEquals(1, board.newest().orElseThrow().epoch());
    }
  }

  @Test
  void coefficientsNameTheSpanThatMadeThem() throws Exception {
    TraceParent span = new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 1);
    connect(
        new ImportanceServiceGrpc.ImportanceServiceImplBase() {
          @Override
          public void watchCoefficients(
              WatchCoefficientsRequest request,
              StreamObserver<WatchCoefficientsResponse> response) {
            String parent = request.getRunId().equals("traced") ? span.toString() : "no-such-span";
            response.onNext(coefficients(0, 1).toBuilder().setTraceParent(parent).build());
          }
        });
    ImportanceCoefficients importance = new ImportanceCoefficients(channel);

    try (CoefficientBoard traced = importance.watch("traced");
        CoefficientBoard malformed = importance.watch("malformed")) {
      assertTrue(traced.await(0, LONG));
      assertTrue(malformed.await(0, LONG));
      assertEquals(Optional.of(span), traced.newest().orElseThrow().span());
      assertEquals(Optional.empty(), malformed.newest().orElseThrow().span());
    }
  }

  @Test
  void aServiceThatIsNotThereIsNotWaitedFor() throws Exception {
    connect(new ImportanceServiceGrpc.ImportanceServiceImplBase() {});
    server.shutdownNow().awaitTermination();

    try (CoefficientBoard board = new ImportanceCoefficients(channel).watch("run")) {
      assertFalse(board.await(0, Duration.ofDays(1)));
    }
  }

  private void connect(io.grpc.BindableService service) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = NettyServerBuilder.forAddress(any).addService(service).build().start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  private static WatchCoefficientsResponse coefficients(int epoch, int lambdas) {
    Coefficients.Builder coefficients =
        Coefficients.newBuilder().setEpoch(epoch).addGroupId("g").setLambdaWeight(0.01);
    for (int i = 0; i < lambdas; i++) {
      coefficients.addLambda(0.5);
    }
    return WatchCoefficientsResponse.newBuilder().setCoefficients(coefficients).build();
  }
}
