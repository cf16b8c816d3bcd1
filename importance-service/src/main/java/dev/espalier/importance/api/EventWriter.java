package dev.espalier.importance.api;

import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Writes server-sent events to a response, the next one once the reader has room for it. All but
 * {@link MultiSubscriber}'s methods belong on the response's event loop.
 */
final class EventWriter implements MultiSubscriber<String> {
  private static final String COMMENT = ":\n\n";

  private final Context loop;
  private final HttpServerResponse response;
  private final String last;
  private final Consumer<Throwable> failed;
  private Flow.Subscription subscription;
  private boolean writing;
  private boolean gone;

  /**
   * @param loop the response's
   * @param last written where the stream ends well
   * @param failed hears of a stream that does not, on the event loop
   */
  EventWriter(Context loop, HttpServerResponse response, String last, Consumer<Throwable> failed) {
    this.loop = loop;
    this.response = response;
    this.last = last;
    this.failed = failed;
  }

  @Override
  public void onSubscribe(Flow.Subscription to) {
    loop.runOnContext(
        nothing -> {
          subscription = to;
          if (gone) {
            to.cancel();
          } else {
            to.request(1);
          }
        });
  }

  @Override
  public void onItem(String event) {
    loop.runOnContext(nothing -> write(event));
  }

  @Override
  public void onFailure(Throwable failure) {
    loop.runOnContext(
        nothing -> {
          if (!gone) {
            gone = true;
            failed.accept(failure);
          }
        });
  }

  @Override
  public void onCompletion() {
    loop.runOnContext(
        nothing -> {
          if (!gone) {
            gone = true;
            response.end(last);
          }
        });
  }

  /** Writes a comment unless the reader has something to read already. */
  void keepAlive() {
    if (!writing && !gone && !response.writeQueueFull()) {
      response.write(COMMENT);
    }
  }

  /** The reader is gone: nothing is written any more. */
  void leave() {
    gone = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void write(String event) {
    if (gone) {
      return;
    }
    writing = true;
    response
        .write(event)
        .onComplete(
            written -> {
              writing = false;
              if (written.succeeded()) {
                subscription.request(1);
              } else {
                leave();
              }
            });
  }
}
