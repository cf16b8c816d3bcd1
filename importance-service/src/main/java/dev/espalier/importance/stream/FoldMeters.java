package dev.espalier.importance.stream;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.v1.DiagnosisKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts what becomes of training events. After a crash, events whose transaction was not committed
 * are folded, and counted, again.
 */
final class FoldMeters implements FoldListener {
  private static final String PREFIX = "DIAGNOSIS_KIND_";

  private final Counter folded;
  private final Counter duplicates;
  private final Counter missing;
  private final Counter deleted;
  private final Map<Outcome.Fault, Counter> deadLetters = new EnumMap<>(Outcome.Fault.class);
  private final Map<DiagnosisKind, Counter> diagnoses = new EnumMap<>(DiagnosisKind.class);

  FoldMeters(MeterRegistry meters) {
    folded = counter(meters, "espalier.importance.events.folded", "Training events folded");
    duplicates =
        counter(
            meters,
            "espalier.importance.events.duplicate",
            "Training events that came again and were dropped");
    missing =
        counter(
            meters,
            "espalier.importance.events.missing",
            "Training events lost before the fold, by the jumps in their sequence");
    deleted = counter(meters, "espalier.importance.runs.deleted", "Runs deleted");
    for (Outcome.Fault fault : Outcome.Fault.values()) {
      deadLetters.put(
          fault,
          Counter.builder("espalier.dead.letters")
              .description("Training events that could not be folded")
              .tag("reason", fault.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
    for (DiagnosisKind kind : DiagnosisKind.values()) {
      if (kind != DiagnosisKind.UNRECOGNIZED && kind.getNumber() != 0) {
        diagnoses.put(
            kind,
            Counter.builder("espalier.importance.diagnoses")
                .description("Runs that showed a failure signature for the first time")
                .tag("kind", kind.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT))
                .register(meters));
      }
    }
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name).description(description).register(meters);
  }

  @Override
  public void folded(long lost) {
    folded.increment();
    if (lost > 0) {
      missing.increment(lost);
    }
  }

  @Override
  public void duplicate() {
    duplicates.increment();
  }

  @Override
  public void deleted() {
    deleted.increment();
  }

  @Override
  public void deadLetter(Outcome.Fault fault) {
    deadLetters.get(fault).increment();
  }

  @Override
  public void diagnosed(DiagnosisKind kind) {
    diagnoses.get(kind).increment();
  }
}
