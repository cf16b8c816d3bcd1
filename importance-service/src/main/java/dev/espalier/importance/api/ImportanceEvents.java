package dev.espalier.importance.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.espalier.grpc.Errors;
import dev.espalier.importance.v1.ImportanceSnapshot;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code GET /runs/{id}/importance}: a run's snapshots as server-sent events for browsers, the
 * newest first and then each new one. {@code ?from=beginning} gives those of the past before them,
 * {@code Last-Event-ID} only what comes after. A slow reader gets the newest next.
 */
@ApplicationScoped
public class ImportanceEvents {
  private static final String FROM = "from";
  private static final String BEGINNING = "beginning";
  private static final String LAST_ID = "Last-Event-ID";
  private static final String END = "event: end\ndata: {}\n\n";
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .alwaysPrintFieldsWithNoPresence();

  private final Runs runs;
  private final Duration keepAlive;

  ImportanceEvents(
      Runs runs,
      @ConfigProperty(name = "espalier.importance.events.keep-alive") Duration keepAlive) {
    this.runs = runs;
    this.keepAlive = keepAlive;
  }

  void route(@Observes Router router) {
    router.get("/runs/:run/importance").handler(this::serve);
  }

  private void serve(RoutingContext http) {
    Context loop = Vertx.currentContext();
    try {
      String run = http.pathParam("run");
      boolean all = fromBeginning(http);
      long after = after(http);
      runs.known(run)
          .subscribe()
          .with(
              state -> loop.runOnContext(x -> stream(http, loop, run, state, all, after)),
              e -> loop.runOnContext(x -> HttpErrors.refuse(http, e)));
    } catch (RuntimeException e) {
      HttpErrors.refuse(http, e);
    }
  }

  private void stream(
      RoutingContext http, Context loop, String run, RunState state, boolean all, long after) {
    if (!all && state.snapshot().isEmpty()) {
      HttpErrors.refuse(http, Errors.notFound(Runs.RUN, run, Runs.GONE));
      return;
    }
    HttpServerResponse response = http.response();
    response.setChunked(true);
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream;charset=UTF-8");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    response.putHeader("X-Accel-Buffering", "no");
    EventWriter writer = new EventWriter(loop, response, END, e -> HttpErrors.end(http, e));
    long timer =
        loop.owner()
            .setPeriodic(keepAlive.toMillis(), keepAlive.toMillis(), t -> writer.keepAlive());
    http.addEndHandler(
        ended -> {
          loop.owner().cancelTimer(timer);
          writer.leave();
        });
    Multi<RunState> states = all ? runs.allSnapshots(run, after) : runs.snapshots(run, after);
    states.map(s -> event(s.snapshot().orElseThrow())).subscribe().withSubscriber(writer);
  }

  private static String event(ImportanceSnapshot snapshot) {
    try {
      return "id: "
          + snapshot.getSequence()
          + "\nevent: snapshot\ndata: "
          + JSON.print(snapshot)
          + "\n\n";
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean fromBeginning(RoutingContext http) {
    String from = http.request().getParam(FROM);
    if (from != null && !from.equals(BEGINNING)) {
      throw Errors.invalid(FROM, from, "must be " + BEGINNING + " or left out");
    }
    return from != null;
  }

  private static long after(RoutingContext http) {
    String id = http.request().getHeader(LAST_ID);
    if (id == null) {
      return -1;
    }
    try {
      long after = Long.parseLong(id);
      if (after >= 0) {
        return after;
      }
    } catch (NumberFormatException e) {
      throw notAnId(id);
    }
    throw notAnId(id);
  }

  private static RuntimeException notAnId(String id) {
    return Errors.invalid(LAST_ID, id, "must be the id of an event, or left out");
  }
}
