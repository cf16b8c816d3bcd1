package dev.espalier.trainer.run;

import dev.espalier.trace.TraceParent;
import dev.espalier.training.v1.TrainingEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Remembers events; refuses droppable ones on request. */
public final class FakeSink implements EventSink {
  public final List<TrainingEvent> events = new CopyOnWriteArrayList<>();
  final List<Optional<TraceParent>> spans = new CopyOnWriteArrayList<>();
  final Map<String, Long> refusedLater = new ConcurrentHashMap<>();
  volatile Predicate<TrainingEvent> refuse = event -> false;

  /** Whether what was taken is known to have arrived. */
  volatile boolean idle = true;

  /** Sees each event before it is taken. */
  volatile Consumer<TrainingEvent> before = event -> {};

  @Override
  public boolean offer(OutgoingEvent outgoing, boolean droppable) {
    TrainingEvent event = outgoing.event();
    before.accept(event);
    if (droppable && refuse.test(event)) {
      return false;
    }
    spans.add(outgoing.span());
    return events.add(event);
  }

  @Override
  public Optional<String> trouble(String runId) {
    return Optional.empty();
  }

  @Override
  public long refusedSummaries(String runId) {
    return refusedLater.getOrDefault(runId, 0L);
  }

  @Override
  public boolean idle() {
    return idle;
  }

  public List<TrainingEvent> of(TrainingEvent.EventCase kind) {
    return events.stream().filter(e -> e.getEventCase() == kind).toList();
  }
}
