package dev.espalier.importance.stream;

import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.trace.TraceParent;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** Shows folds that gave a snapshot as the spans of traces; called from any thread. */
interface FoldTraces {
  /** Nothing is traced. */
  FoldTraces NONE =
      new FoldTraces() {
        @Override
        public long now() {
          return 0;
        }

        @Override
        public Optional<TraceParent> folded(
            Headers event, long began, ImportanceSnapshot snapshot) {
          return Optional.empty();
        }
      };

  /** The time, for {@link #folded} to begin with. */
  long now();

  /**
   * An event was folded and gave a snapshot.
   *
   * @param event the headers of its record
   * @param began the time before it was folded
   * @return the fold's span, empty where the event names none that it belongs to
   */
  Optional<TraceParent> folded(Headers event, long began, ImportanceSnapshot snapshot);
}
