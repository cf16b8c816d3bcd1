package dev.espalier.experiment.sanity;

import dev.espalier.importance.v1.DiagnosisKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is wrong with a run on purpose, and the diagnosis that is to say so. */
enum Plant {
  /** Nothing. */
  HEALTHY(null),
  /** The last hidden layer is dead: no gradient reaches any group. */
  DEAD(DiagnosisKind.DIAGNOSIS_KIND_FLAT),
  /** The learning rate is so small that nothing moves. */
  STUCK(DiagnosisKind.DIAGNOSIS_KIND_FLAT),
  /** Nothing is smoothed, and steps are so large that the loss runs away. */
  RESTLESS(DiagnosisKind.DIAGNOSIS_KIND_OSCILLATING),
  /** Nearly everything is cut, and what matters most goes first. */
  RUINED(null);

  private final DiagnosisKind diagnosis;

  Plant(DiagnosisKind diagnosis) {
    this.diagnosis = diagnosis;
  }

  /** The diagnosis that is to be found; empty for none, or none of a run. */
  Optional<DiagnosisKind> diagnosis() {
    return Optional.ofNullable(diagnosis);
  }

  /** In cells and tables. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Plant of(String key) {
    return Arrays.stream(values())
        .filter(plant -> plant.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("plant = " + key + ": there is none such"));
  }
}
