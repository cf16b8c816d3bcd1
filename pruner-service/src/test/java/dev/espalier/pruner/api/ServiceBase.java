package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.pruning.v1.PruningServiceGrpc.PruningServiceBlockingStub;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import dev.espalier.pruning.v1.WatchPruningRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.http.TestHTTPResource;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A caller of the service, and what it sees. */
abstract class ServiceBase {
  @TestHTTPResource URI uri;

  @ConfigProperty(name = "espalier.models.root")
  Path root;

  @Inject
  @Connector(InMemoryConnector.CONNECTOR)
  InMemoryConnector bus;

  @Inject Workers workers;

  ManagedChannel channel;
  PruningServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel = ManagedChannelBuilder.forAddress(uri.getHost(), uri.getPort()).usePlaintext().build();
    service = PruningServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    bus.sink("graphs-out").clear();
    bus.sink("models-out").clear();
    bus.sink("dead-letters-out").clear();
  }

  /** Every state of a pruning until it has ended. */
  List<Pruning> watch(String id) {
    List<Pruning> seen = new ArrayList<>();
    service
        .watchPruning(WatchPruningRequest.newBuilder().setPruningId(id).build())
        .forEachRemaining(response -> seen.add(response.getPruning()));
    return seen;
  }

  static StartPruningRequest model(String model, double share) {
    return StartPruningRequest.newBuilder()
        .setModel(model)
        .setTarget(share(share))
        .setChannelScore(ChannelScore.CHANNEL_SCORE_L1)
        .build();
  }

  static StartPruningRequest run(String runId, double share) {
    return StartPruningRequest.newBuilder().setRunId(runId).setTarget(share(share)).build();
  }

  static Target share(double share) {
    return Target.newBuilder().setParametersShare(share).build();
  }

  static String assertInvalid(String field, Runnable call) {
    return assertError(Code.INVALID_ARGUMENT, field, "INVALID_FIELD", call);
  }

  /** Returns the error's message. */
  static String assertError(Code code, String field, String reason, Runnable call) {
    StatusRuntimeException error = assertThrows(StatusRuntimeException.class, call::run);
    assertEquals(code, error.getStatus().getCode(), error.getMessage());
    ErrorInfo info =
        StatusProto.fromThrowable(error).getDetailsList().stream()
            .map(any -> unpack(any))
            .findFirst()
            .orElseThrow();
    assertEquals(reason, info.getReason());
    assertEquals(field, info.getMetadataOrThrow("field"), error.getMessage());
    assertFalse(info.getMetadataOrThrow("remedy").isEmpty());
    return error.getMessage();
  }

  private static ErrorInfo unpack(com.google.protobuf.Any any) {
    try {
      return any.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited for 60 s");
      Thread.onSpinWait();
    }
  }
}
