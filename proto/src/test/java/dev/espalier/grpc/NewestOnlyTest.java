package dev.espalier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.smallrye.mutiny.Multi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewestOnlyTest {
  private final Reader reader = new Reader();
  private ServerCall<WatchImportanceRequest, WatchImportanceResponse> held;
  private Pace pace;
  private final ServerCall.Listener<WatchImportanceRequest> listener =
      new NewestOnly()
          .interceptCall(
              reader,
              new Metadata(),
              (call, headers) -> {
                held = call;
                pace = Pace.CURRENT.get();
                return new ServerCall.Listener<>() {};
              });

  @Test
  void everyMessageGoesToAReaderThatKeepsUp() {
    send(0, 1, 2);
    assertEquals(List.of(0, 1, 2), reader.got);
  }

  @Test
  void onlyTheNewestWaitsForAReader() {
    reader.ready = false;
    send(0, 1, 2);
    assertEquals(List.of(), reader.got);
    reader.ready = true;
    listener.onReady();
    assertEquals(List.of(2), reader.got);
  }

  @Test
  void heldMessageNeverFollowsANewerOne() {
    reader.ready = false;
    send(0);
    reader.ready = true;
    send(1);
    listener.onReady();
    assertEquals(List.of(1), reader.got);
  }

  @Test
  void lastMessageComesBeforeTheEndAndNoneAfterAFailure() {
    reader.ready = false;
    send(0);
    held.close(Status.OK, new Metadata());
    assertEquals(List.of(0), reader.got);
    send(1);
    held.close(Status.UNAVAILABLE, new Metadata());
    assertEquals(List.of(0), reader.got);
  }

  private boolean[] awaitReady() {
    boolean[] ready = new boolean[1];
    pace.ready().subscribe().with(nothing -> ready[0] = true);
    return ready;
  }

  @Test
  void readerThatKeepsUpIsReadyAtOnce() {
    send(0);
    assertTrue(awaitReady()[0]);
  }

  @Test
  void readerIsReadyOnceItCatchesUpAndNothingIsHeld() {
    reader.ready = false;
    boolean[] ready = awaitReady();
    send(0);
    assertFalse(ready[0]);
    reader.room = 1;
    listener.onReady();
    assertFalse(ready[0]);
    assertEquals(List.of(0), reader.got);
    reader.ready = true;
    boolean[] later = awaitReady();
    listener.onReady();
    assertTrue(ready[0]);
    assertTrue(later[0]);
  }

  @Test
  void heldMessageIsNotOvertakenByOneThatKeepsThePace() {
    reader.ready = false;
    send(0);
    reader.ready = true;
    boolean[] ready = awaitReady();
    assertFalse(ready[0]);
    listener.onReady();
    assertTrue(ready[0]);
    assertEquals(List.of(0), reader.got);
  }

  @Test
  void streamOutsideACallHasNoPace() {
    assertThrows(IllegalStateException.class, () -> Pace.keep(Multi.createFrom().item(1)));
  }

  private void send(int... epochs) {
    for (int epoch : epochs) {
      held.sendMessage(
          WatchImportanceResponse.newBuilder()
              .setSnapshot(ImportanceSnapshot.newBuilder().setEpochsCompleted(epoch))
              .build());
    }
  }

  private static final class Reader
      extends ServerCall<WatchImportanceRequest, WatchImportanceResponse> {
    private final List<Integer> got = new ArrayList<>();
    private boolean ready = true;
    private int room;

    @Override
    public boolean isReady() {
      return ready || room > 0;
    }

    @Override
    public void sendMessage(WatchImportanceResponse message) {
      room = 0;
      got.add(message.getSnapshot().getEpochsCompleted());
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<WatchImportanceRequest, WatchImportanceResponse> getMethodDescriptor() {
      return ImportanceServiceGrpc.getWatchImportanceMethod();
    }
  }
}
