package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.put;
import static dev.espalier.importance.api.Results.ranking;
import static dev.espalier.importance.api.Results.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.espalier.importance.history.Place;
import dev.espalier.importance.v1.DeleteRunRequest;
import dev.espalier.importance.v1.GetImportanceRequest;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.ImportanceServiceGrpc.ImportanceServiceBlockingStub;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.importance.v1.WatchCoefficientsRequest;
import dev.espalier.importance.v1.WatchCoefficientsResponse;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import dev.espalier.training.v1.TrainingEvent;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import io.smallrye.reactive.messaging.memory.InMemorySink;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The service on the wire, its view fed by hand. */
@QuarkusTest
@Timeout(60)
class ImportanceApiTest {
  private static int runs;

  @Inject RunView view;
  @Inject PastRuns past;
  @Inject @Any InMemoryConnector bus;
  @TestHTTPResource URL server;

  private final String run = "run-" + ++runs;
  private ManagedChannel channel;
  private ImportanceServiceBlockingStub client;

  @BeforeEach
  void connect() {
    view.loaded();
    channel =
        NettyChannelBuilder.forAddress(server.getHost(), server.getPort())
            .usePlaintext()
            .flowControlWindow(65536)
            .build();
    client = ImportanceServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    channel.shutdownNow();
    assertTrue(channel.awaitTermination(10, TimeUnit.SECONDS));
    awaitWatching(0);
  }

  /** Many calls on a connection of their own: the service has time to do what it would. */
  private void serveOthers() throws InterruptedException {
    ManagedChannel other =
        NettyChannelBuilder.forAddress(server.getHost(), server.getPort()).usePlaintext().build();
    GetImportanceRequest unknown = GetImportanceRequest.newBuilder().setRunId("nobody").build();
    for (int call = 0; call < 200; call++) {
      assertThrows(
          StatusRuntimeException.class,
          () -> ImportanceServiceGrpc.newBlockingStub(other).getImportance(unknown));
    }
    other.shutdownNow();
    assertTrue(other.awaitTermination(10, TimeUnit.SECONDS));
  }

  private void awaitWatching(int number) {
    while (view.watching() != number) {
      assertFalse(Thread.interrupted(), () -> "still " + view.watching() + " streams");
      Thread.onSpinWait();
    }
  }

  private Iterator<WatchCoefficientsResponse> coefficients() {
    return client.watchCoefficients(WatchCoefficientsRequest.newBuilder().setRunId(run).build());
  }

  private Iterator<WatchImportanceResponse> importance() {
    return client.watchImportance(WatchImportanceRequest.newBuilder().setRunId(run).build());
  }

  private static void fails(Status.Code code, String message, Executable call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call);
    assertEquals(code, failure.getStatus().getCode());
    assertEquals(message, failure.getStatus().getDescription());
    assertNotNull(StatusProto.fromThrowable(failure));
    assertTrue(StatusProto.fromThrowable(failure).getDetails(0).is(ErrorInfo.class));
  }

  @Test
  void badRunIdsAreNamed() {
    String message = "run_id = \"Run 1\": must be 1 to 64 characters of [a-z0-9-]";
    Status.Code code = Status.Code.INVALID_ARGUMENT;
    fails(
        code,
        message,
        () -> client.getImportance(GetImportanceRequest.newBuilder().setRunId("Run 1").build()));
    fails(
        code,
        message,
        () -> client.getRanking(GetRankingRequest.newBuilder().setRunId("Run 1").build()));
    fails(
        code,
        message,
        () ->
            client
                .watchCoefficients(WatchCoefficientsRequest.newBuilder().setRunId("Run 1").build())
                .next());
    fails(
        code,
        message,
        () ->
            client
                .watchImportance(WatchImportanceRequest.newBuilder().setRunId("Run 1").build())
                .next());
  }

  @Test
  void unknownRunsAreNotFound() {
    String message = "run_id = \"" + run + "\": no such run was announced on the bus, check the id";
    fails(Status.Code.NOT_FOUND, message, this::getImportance);
    fails(Status.Code.NOT_FOUND, message, this::getRanking);
  }

  private ImportanceSnapshot getImportance() {
    return client
        .getImportance(GetImportanceRequest.newBuilder().setRunId(run).build())
        .getSnapshot();
  }

  private String getRanking() {
    return client
        .getRanking(GetRankingRequest.newBuilder().setRunId(run).build())
        .getRanking()
        .getModel();
  }

  @Test
  void rankingComesWithTheEnd() {
    put(view, snapshot(run, 1));
    assertEquals(snapshot(run, 1), getImportance());
    fails(
        Status.Code.FAILED_PRECONDITION,
        "run_id = \"" + run + "\": the run still trains, ask after WatchImportance ended",
        this::getRanking);

    put(view, snapshot(run, 1, RunPhase.RUN_PHASE_FAILED));
    fails(
        Status.Code.FAILED_PRECONDITION,
        "run_id = \"" + run + "\": the run failed and has no ranking",
        this::getRanking);
  }

  @Test
  void rankingOnItsWayIsWaitedFor() throws Exception {
    put(view, snapshot(run, 1, RunPhase.RUN_PHASE_COMPLETED));
    var answer =
        ImportanceServiceGrpc.newFutureStub(channel)
            .getRanking(GetRankingRequest.newBuilder().setRunId(run).build());
    awaitWatching(1);
    put(view, ranking(run));
    assertEquals("m", answer.get(10, TimeUnit.SECONDS).getRanking().getModel());
    assertEquals("m", getRanking());
  }

  @Test
  void snapshotsThatAreGoneAreNotFound() {
    put(view, ranking(run));
    String message = "run_id = \"" + run + "\": its snapshots are gone, its ranking stays";
    fails(Status.Code.NOT_FOUND, message, this::getImportance);
    fails(Status.Code.NOT_FOUND, message, () -> importance().next());
    assertEquals("m", getRanking());
  }

  @Test
  void coefficientsComeOnceAnEpochAndEndWithTheRun() {
    Iterator<WatchCoefficientsResponse> coefficients = coefficients();
    awaitWatching(1);
    put(view, snapshot(run, 0));
    assertEquals(0, coefficients.next().getCoefficients().getEpoch());
    put(view, snapshot(run, 1));
    assertEquals(1, coefficients.next().getCoefficients().getEpoch());
    put(view, snapshot(run, 1, RunPhase.RUN_PHASE_COMPLETED));
    assertFalse(coefficients.hasNext());
  }

  @Test
  void importanceComesWithEachSnapshotAndEndsWithTheRun() {
    put(view, snapshot(run, 1));
    Iterator<WatchImportanceResponse> importance = importance();
    assertEquals(snapshot(run, 1), importance.next().getSnapshot());
    ImportanceSnapshot last = snapshot(run, 1, RunPhase.RUN_PHASE_COMPLETED);
    put(view, last);
    assertEquals(last, importance.next().getSnapshot());
    assertFalse(importance.hasNext());
  }

  @Test
  void readerThatStoppedCostsNoMoreThanTheNewest() {
    Iterator<WatchImportanceResponse> importance = importance();
    awaitWatching(1);
    String padding = "x".repeat(100_000);
    int last = 2000;
    for (int epoch = 0; epoch < last; epoch++) {
      put(view, snapshot(run, epoch).toBuilder().setFailure(padding).build());
    }
    put(view, snapshot(run, last, RunPhase.RUN_PHASE_COMPLETED));

    List<Integer> epochs = new ArrayList<>();
    importance.forEachRemaining(r -> epochs.add(r.getSnapshot().getEpochsCompleted()));

    assertEquals(last, epochs.getLast());
    assertTrue(epochs.size() < last / 10, () -> "all of " + epochs.size() + " were kept");
    assertEquals(epochs.stream().sorted().toList(), epochs);
  }

  @Test
  void coefficientsOfAReaderThatStoppedCostNoMoreThanTheNewest() {
    Iterator<WatchCoefficientsResponse> coefficients = coefficients();
    awaitWatching(1);
    String padding = "x".repeat(100_000);
    int last = 2000;
    for (int epoch = 0; epoch < last; epoch++) {
      ImportanceSnapshot.Builder snapshot = snapshot(run, epoch).toBuilder();
      snapshot.getCoefficientsBuilder().addGroupId(padding);
      put(view, snapshot.build());
    }
    put(view, snapshot(run, last, RunPhase.RUN_PHASE_COMPLETED));

    List<Integer> epochs = new ArrayList<>();
    coefficients.forEachRemaining(r -> epochs.add(r.getCoefficients().getEpoch()));

    assertEquals(last, epochs.getLast());
    assertTrue(epochs.size() < last / 10, () -> "all of " + epochs.size() + " were kept");
  }

  @Test
  void coefficientsCarryTheTraceOfTheirSnapshot() {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    view.put(snapshot(run, 0), trace, new Place(0, 0));
    Iterator<WatchCoefficientsResponse> coefficients = coefficients();
    assertEquals(trace, coefficients.next().getTraceParent());
    put(view, snapshot(run, 1));
    assertEquals("", coefficients.next().getTraceParent());
  }

  @Test
  void slowReaderOfThePastLosesNoneOfIt() throws InterruptedException {
    String padding = "x".repeat(100_000);
    int last = 300;
    int before = past.size();
    for (int epoch = 0; epoch < last; epoch++) {
      ImportanceSnapshot next = snapshot(run, epoch).toBuilder().setFailure(padding).build();
      past.add(next);
      put(view, next);
    }
    Iterator<WatchImportanceResponse> importance =
        client.watchImportance(
            WatchImportanceRequest.newBuilder().setRunId(run).setFromBeginning(true).build());
    assertEquals(0, importance.next().getSnapshot().getEpochsCompleted());
    serveOthers();
    assertTrue(past.given() < before + 200, () -> past.given() - before + " were read ahead");
    for (int epoch = 1; epoch < last; epoch++) {
      assertEquals(epoch, importance.next().getSnapshot().getEpochsCompleted());
    }
    put(view, snapshot(run, last));
    assertEquals(last, importance.next().getSnapshot().getEpochsCompleted());
    put(view, snapshot(run, last + 1, RunPhase.RUN_PHASE_COMPLETED));
    assertEquals(last + 1, importance.next().getSnapshot().getEpochsCompleted());
    assertFalse(importance.hasNext());
  }

  @Test
  void deletedRunEndsItsStreams() {
    put(view, snapshot(run, 0));
    Iterator<WatchImportanceResponse> importance = importance();
    importance.next();
    view.forgetSnapshot(run);
    fails(
        Status.Code.NOT_FOUND,
        "run_id = \"" + run + "\": the run was deleted, nothing more will come of it",
        importance::hasNext);
  }

  private void delete(boolean abandon) {
    client.deleteRun(DeleteRunRequest.newBuilder().setRunId(run).setAbandon(abandon).build());
  }

  @Test
  void deletionGoesIntoTheLogOfTheRun() throws Exception {
    InMemorySink<TrainingEvent> log = bus.sink("deletions-out");
    put(view, snapshot(run, 1, RunPhase.RUN_PHASE_COMPLETED));
    delete(false);
    Message<TrainingEvent> message = log.received().getLast();
    assertEquals(run, message.getPayload().getRunId());
    assertTrue(message.getPayload().hasRunDeleted());
    assertTrue(message.getPayload().getTime().getSeconds() > 0);
    OutgoingKafkaRecordMetadata<?> to =
        message.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow();
    assertEquals(run, to.getKey());
    assertEquals(
        "espalier.training.v1.TrainingEvent",
        new String(to.getHeaders().lastHeader("ce_type").value(), StandardCharsets.UTF_8));
  }

  @Test
  void runThatGoesOnIsDeletedOnlyWhereItIsToBeAbandoned() {
    InMemorySink<TrainingEvent> log = bus.sink("deletions-out");
    put(view, snapshot(run, 1));
    int before = log.received().size();
    fails(
        Status.Code.FAILED_PRECONDITION,
        "run_id = \"" + run + "\": the run still trains, stop it first or set abandon",
        () -> delete(false));
    assertEquals(before, log.received().size());
    delete(true);
    assertEquals(before + 1, log.received().size());
  }

  @Test
  void unknownRunsAreNotDeleted() {
    fails(
        Status.Code.NOT_FOUND,
        "run_id = \"" + run + "\": no such run was announced on the bus, check the id",
        () -> delete(true));
  }

  @Test
  void streamsOfAClientThatHungUpAreClosed() {
    coefficients();
    importance();
    awaitWatching(2);
    channel.shutdownNow();
    awaitWatching(0);
  }
}
