package dev.espalier.grpc;

import io.grpc.Context;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** When the reader of a server stream can take its next message. */
public interface Pace {
  /** Set for the calls that {@link NewestOnly} intercepts. */
  Context.Key<Pace> CURRENT = Context.key("espalier-pace");

  /** Is there once nothing is held back and the reader takes more. */
  Uni<Void> ready();

  /**
   * The same stream at its reader's pace: each item is asked for when the reader can take it, and
   * none is held back or dropped. To be called by the stream's method itself.
   *
   * @throws IllegalStateException where the call is not intercepted by {@link NewestOnly}
   */
  static <T> Multi<T> keep(Multi<T> stream) {
    Pace pace = CURRENT.get();
    if (pace == null) {
      throw new IllegalStateException("the service lacks the interceptor NewestOnly");
    }
    return stream.onItem().transformToUniAndConcatenate(item -> pace.ready().replaceWith(item));
  }
}
