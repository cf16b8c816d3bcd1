package dev.espalier.importance.api;

import static dev.espalier.importance.api.Results.put;
import static dev.espalier.importance.api.Results.ranking;
import static dev.espalier.importance.api.Results.snapshot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.JsonFormat;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.RunPhase;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots as server-sent events, read with a plain HTTP client. */
@QuarkusTest
@Timeout(60)
class ImportanceEventsTest {
  private static int runs;

  @Inject RunView view;
  @Inject PastRuns past;
  @TestHTTPResource URL server;

  private final String run = "events-" + ++runs;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Event(String id, String name, String data) {}

  @BeforeEach
  void load() {
    view.loaded();
  }

  @AfterEach
  void disconnect() {
    client.shutdownNow();
    awaitWatching(0);
  }

  private void awaitWatching(int number) {
    while (view.watching() != number) {
      assertFalse(Thread.interrupted(), () -> "still " + view.watching() + " streams");
      Thread.onSpinWait();
    }
  }

  private void publish(ImportanceSnapshot snapshot) {
    past.add(snapshot);
    put(view, snapshot);
  }

  private HttpRequest.Builder request(String query) {
    return HttpRequest.newBuilder(URI.create(server + "runs/" + run + "/importance" + query));
  }

  private BufferedReader open(HttpRequest request) throws Exception {
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    assertEquals(200, response.statusCode());
    assertEquals(
        "text/event-stream;charset=UTF-8",
        response.headers().firstValue("content-type").orElseThrow());
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private BufferedReader open(String query) throws Exception {
    return open(request(query).build());
  }

  /** The next event, comments left out; null at the end of the stream. */
  private static Event next(BufferedReader stream) throws IOException {
    String id = "";
    String name = "";
    String data = "";
    for (String line = stream.readLine(); line != null; line = stream.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !name.isEmpty()) {
        return new Event(id, name, data);
      }
    }
    return null;
  }

  private static List<String> ids(BufferedReader stream) throws IOException {
    List<String> ids = new ArrayList<>();
    for (Event event = next(stream); event != null; event = next(stream)) {
      ids.add(event.name.equals("snapshot") ? event.id : event.name);
    }
    return ids;
  }

  private void refused(int status, HttpRequest request, String field, String value, String remedy)
      throws Exception {
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertEquals(status, response.statusCode());
    assertEquals("application/json", response.headers().firstValue("content-type").orElseThrow());
    JsonObject error = new JsonObject(response.body());
    assertEquals(field, error.getString("field"));
    assertEquals(value, error.getString("value"));
    assertEquals(remedy, error.getString("remedy"));
  }

  @Test
  void newestSnapshotComesFirstThenEachNewOneAndTheEndOfTheRun() throws Exception {
    publish(snapshot(run, 1));
    publish(snapshot(run, 2));
    BufferedReader stream = open("");
    Event first = next(stream);
    assertEquals("21", first.id);
    assertEquals("snapshot", first.name);
    ImportanceSnapshot.Builder read = ImportanceSnapshot.newBuilder();
    JsonFormat.parser().merge(first.data, read);
    assertEquals(snapshot(run, 2), read.build());
    assertTrue(first.data.contains("\"epochs_completed\":2"), first.data);

    publish(snapshot(run, 3));
    assertEquals("31", next(stream).id);
    publish(snapshot(run, 4, RunPhase.RUN_PHASE_COMPLETED));
    assertEquals("42", next(stream).id);
    assertEquals(new Event("", "end", "{}"), next(stream));
    assertEquals(null, next(stream));
  }

  @Test
  void pastComesFirstWhereItIsAskedFor() throws Exception {
    publish(snapshot(run, 1));
    publish(snapshot(run, 2));
    publish(snapshot(run, 3, RunPhase.RUN_PHASE_FAILED));
    assertEquals(List.of("11", "21", "33", "end"), ids(open("?from=beginning")));
  }

  @Test
  void readerThatWasCutOffGoesOnWhereItWas() throws Exception {
    publish(snapshot(run, 1));
    publish(snapshot(run, 2));
    publish(snapshot(run, 3, RunPhase.RUN_PHASE_COMPLETED));
    HttpRequest past = request("?from=beginning").header("Last-Event-ID", "11").build();
    assertEquals(List.of("21", "32", "end"), ids(open(past)));
    HttpRequest live = request("").header("Last-Event-ID", "32").build();
    assertEquals(List.of("end"), ids(open(live)));
  }

  @Test
  void whatCannotBeServedIsRefusedInWords() throws Exception {
    HttpRequest bad =
        HttpRequest.newBuilder(URI.create(server + "runs/Run%201/importance")).build();
    refused(400, bad, "run_id", "Run 1", "must be 1 to 64 characters of [a-z0-9-]");
    refused(
        404,
        request("").build(),
        "run_id",
        run,
        "no such run was announced on the bus, check the id");
    put(view, ranking(run));
    refused(404, request("").build(), "run_id", run, Runs.GONE);
    refused(400, request("?from=now").build(), "from", "now", "must be beginning or left out");
    refused(
        400,
        request("").header("Last-Event-ID", "-4").build(),
        "Last-Event-ID",
        "-4",
        "must be the id of an event, or left out");
  }

  @Test
  void deletedRunEndsTheStreamWithTheReason() throws Exception {
    publish(snapshot(run, 1));
    BufferedReader stream = open("");
    next(stream);
    view.forgetSnapshot(run);
    Event failure = next(stream);
    assertEquals("failure", failure.name);
    assertEquals(run, new JsonObject(failure.data).getString("value"));
    assertEquals(null, next(stream));
  }

  @Test
  void quietStreamIsKeptAlive() throws Exception {
    publish(snapshot(run, 1));
    BufferedReader stream = open("");
    next(stream);
    assertEquals(":", stream.readLine());
    assertEquals("", stream.readLine());
    assertEquals(":", stream.readLine());
  }

  @Test
  void readersThatLeaveAreLetGo() throws Exception {
    publish(snapshot(run, 1));
    next(open(""));
    next(open("?from=beginning"));
    awaitWatching(2);
    client.shutdownNow();
    awaitWatching(0);
  }

  @Test
  void readerThatStoppedCostsNoMoreThanTheNewestAndTheFeedGoesOn() throws Exception {
    publish(snapshot(run, 0));
    BufferedReader stream = open("");
    next(stream);
    String padding = "x".repeat(100_000);
    int last = 2000;
    for (int epoch = 1; epoch < last; epoch++) {
      put(view, snapshot(run, epoch).toBuilder().setFailure(padding).build());
    }
    put(view, snapshot(run, last, RunPhase.RUN_PHASE_COMPLETED));

    List<String> ids = ids(stream);

    assertEquals(List.of("20002", "end"), ids.subList(ids.size() - 2, ids.size()));
    assertTrue(ids.size() < last / 10, () -> "all of " + ids.size() + " were kept");
  }

  @Test
  void slowReaderOfThePastLosesNoneOfIt() throws Exception {
    String padding = "x".repeat(100_000);
    int last = 300;
    int before = past.size();
    for (int epoch = 0; epoch < last; epoch++) {
      publish(snapshot(run, epoch).toBuilder().setFailure(padding).build());
    }
    publish(snapshot(run, last, RunPhase.RUN_PHASE_COMPLETED));
    BufferedReader stream = open("?from=beginning");
    next(stream);
    for (int call = 0; call < 200; call++) {
      HttpRequest other =
          HttpRequest.newBuilder(URI.create(server + "runs/nobody/importance")).build();
      assertEquals(404, client.send(other, BodyHandlers.discarding()).statusCode());
    }
    assertTrue(past.given() < before + 200, () -> past.given() - before + " were read ahead");
    assertEquals(last + 1, ids(stream).size());
  }
}
