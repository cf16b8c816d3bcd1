package dev.espalier.importance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.Units;
import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.kafka.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;

/** Folds training events record by record; what cannot be folded goes to the dead letters. */
final class FoldProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Logger LOG = Logger.getLogger(FoldProcessor.class);
  private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(10);

  private final FoldListener listener;
  private final FoldTraces traces;
  private final Limits limits;
  private ProcessorContext<byte[], byte[]> context;
  private RunStore runs;

  FoldProcessor(FoldListener listener, FoldTraces traces, Limits limits) {
    this.listener = listener;
    this.traces = traces;
    this.limits = limits;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.runs =
        new RunStore(
            context.getStateStore(FoldTopology.RUNS),
            context.getStateStore(FoldTopology.UNITS),
            limits.mostBytes());
    context.schedule(
        BETWEEN_CLEANINGS,
        PunctuationType.WALL_CLOCK_TIME,
        now -> runs.forgetEnded(Instant.ofEpochMilli(now).minus(limits.keepEnded())));
  }

  @Override
  public void close() {
    runs = null;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.key() == null) {
      bury(record, Outcome.Fault.UNREADABLE, "key is not set");
      return;
    }
    long began = traces.now();
    String key = new String(record.key(), UTF_8);
    RunStore.Run run = runs.get(key);
    long missing = run.fold().missing();
    Outcome outcome = run.fold().fold(key, record.value());
    if (!runs.put(run)) {
      bury(record, Outcome.Fault.NO_ROOM, runs.full(run));
      return;
    }
    outcome.found().forEach(diagnosis -> diagnosed(key, diagnosis));
    switch (outcome) {
      case Outcome.Folded folded -> {
        listener.folded(run.fold().missing() - missing);
        publish(record, folded, began);
      }
      case Outcome.Deleted deleted -> forget(record, deleted);
      case Outcome.Rejected rejected -> bury(record, rejected.fault(), rejected.reason());
      case Outcome.Duplicate duplicate -> {
        listener.duplicate();
        LOG.debugf("Duplicate run=%s", key);
      }
    }
  }

  private void forget(Record<byte[], byte[]> record, Outcome.Deleted deleted) {
    listener.deleted();
    for (String sink : List.of(FoldTopology.SNAPSHOTS, FoldTopology.RANKINGS)) {
      tombstone(record, record.key(), sink);
    }
    for (String key : deleted.unitKeys()) {
      tombstone(record, key.getBytes(UTF_8), FoldTopology.UNIT_SCORES);
    }
  }

  private void tombstone(Record<byte[], byte[]> record, byte[] key, String sink) {
    context.forward(new Record<>(key, null, record.timestamp()), sink);
  }

  private void publish(Record<byte[], byte[]> record, Outcome.Folded folded, long began) {
    if (folded.snapshot().isEmpty()) {
      return;
    }
    ImportanceSnapshot snapshot = folded.snapshot().get();
    Output out = new Output(context, record, traces.folded(record.headers(), began, snapshot));
    String id = snapshot.getRunId() + "/" + snapshot.getSequence();
    out.send(record.key(), snapshot, id, FoldTopology.HISTORY);
    out.send(record.key(), snapshot, id, FoldTopology.SNAPSHOTS);
    for (UnitScores stretch : folded.units()) {
      String key = Units.key(stretch);
      out.send(key.getBytes(UTF_8), stretch, key, FoldTopology.UNIT_SCORES);
    }
    for (String key : folded.withdrawn().unitKeys()) {
      tombstone(record, key.getBytes(UTF_8), FoldTopology.UNIT_SCORES);
    }
    if (folded.withdrawn().ranking()) {
      tombstone(record, record.key(), FoldTopology.RANKINGS);
    }
    folded
        .ranking()
        .ifPresent(r -> out.send(record.key(), r, id + "/ranking", FoldTopology.RANKINGS));
    context.commit();
  }

  private void diagnosed(String run, Diagnosis d) {
    listener.diagnosed(d.getKind());
    LOG.warnf(
        "Diagnosis run=%s kind=%s epoch=%d group=%s evidence=%s advice=%s",
        run,
        d.getKind().name(),
        d.getFirstEpoch(),
        shown(d.getGroupId()),
        d.getEvidenceList().stream().map(e -> e.getName() + " " + e.getValue()).toList(),
        d.getAdvice());
  }

  private void bury(Record<byte[], byte[]> record, Outcome.Fault fault, String reason) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    listener.deadLetter(fault);
    LOG.debugf(
        "Dead letter topic=%s partition=%d offset=%d reason=%s",
        at.topic(), at.partition(), at.offset(), reason);
    DeadLetter.Copy copy =
        new DeadLetter(at.topic(), at.partition(), at.offset(), reason)
            .copy(record.key(), record.value(), record.headers());
    context.forward(
        new Record<>(copy.key(), copy.value(), record.timestamp(), copy.headers()),
        FoldTopology.DEAD_LETTERS);
  }

  private static String shown(String value) {
    return value.length() > 100 ? value.substring(0, 100) + "..." : value;
  }
}
