package dev.espalier.importance.stream;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.v1.DiagnosisKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts dead letters and, by kind, the runs that showed a diagnosis. */
final class FoldMeters implements FoldListener {
  private static final String PREFIX = "DIAGNOSIS_KIND_";

  private final Map<Outcome.Fault, Counter> deadLetters = new EnumMap<>(Outcome.Fault.class);
  private final Map<DiagnosisKind, Counter> diagnoses = new EnumMap<>(DiagnosisKind.class);

  FoldMeters(MeterRegistry meters) {
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

  @Override
  public void deadLetter(Outcome.Fault fault) {
    deadLetters.get(fault).increment();
  }

  @Override
  public void diagnosed(DiagnosisKind kind) {
    diagnoses.get(kind).increment();
  }
}
