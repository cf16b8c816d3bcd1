package dev.espalier.importance.fold;

import dev.espalier.importance.diagnosis.Collapsed;
import dev.espalier.importance.diagnosis.CouplingFirst;
import dev.espalier.importance.diagnosis.Diagnosis;
import dev.espalier.importance.diagnosis.Flat;
import dev.espalier.importance.diagnosis.NotFinite;
import dev.espalier.importance.diagnosis.Oscillating;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.Evidence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The diagnoses of a run so far, at most one of a kind, and those that are new. */
final class Diagnoses {
  private final Map<DiagnosisKind, dev.espalier.importance.v1.Diagnosis> seen =
      new EnumMap<>(DiagnosisKind.class);
  private final List<dev.espalier.importance.v1.Diagnosis> found = new ArrayList<>();

  /**
   * @param before as {@link #all()} gave them
   */
  Diagnoses(List<dev.espalier.importance.v1.Diagnosis> before) {
    before.forEach(diagnosis -> seen.put(diagnosis.getKind(), diagnosis));
  }

  /** Takes a diagnosis of an epoch; of NOT_FINITE the first stands, of others the newest. */
  void add(Diagnosis diagnosis, int epoch) {
    DiagnosisKind kind = kind(diagnosis);
    dev.espalier.importance.v1.Diagnosis before = seen.get(kind);
    if (before == null) {
      dev.espalier.importance.v1.Diagnosis first = message(diagnosis, kind, epoch, epoch);
      seen.put(kind, first);
      found.add(first);
      return;
    }
    int last = Math.max(epoch, before.getLastEpoch());
    seen.put(
        kind,
        diagnosis instanceof NotFinite
            ? before.toBuilder().setLastEpoch(last).build()
            : message(diagnosis, kind, before.getFirstEpoch(), last));
  }

  /** In the order of their kinds. */
  Collection<dev.espalier.importance.v1.Diagnosis> all() {
    return seen.values();
  }

  /** Those whose kind was first seen since the last call. */
  List<dev.espalier.importance.v1.Diagnosis> takeFound() {
    if (found.isEmpty()) {
      return List.of();
    }
    List<dev.espalier.importance.v1.Diagnosis> taken = List.copyOf(found);
    found.clear();
    return taken;
  }

  private static DiagnosisKind kind(Diagnosis diagnosis) {
    return switch (diagnosis) {
      case Flat flat -> DiagnosisKind.DIAGNOSIS_KIND_FLAT;
      case CouplingFirst coupling -> DiagnosisKind.DIAGNOSIS_KIND_COUPLING_FIRST;
      case Oscillating oscillating -> DiagnosisKind.DIAGNOSIS_KIND_OSCILLATING;
      case NotFinite notFinite -> DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE;
      case Collapsed collapsed -> DiagnosisKind.DIAGNOSIS_KIND_COLLAPSED;
    };
  }

  private static dev.espalier.importance.v1.Diagnosis message(
      Diagnosis diagnosis, DiagnosisKind kind, int first, int last) {
    dev.espalier.importance.v1.Diagnosis.Builder message =
        dev.espalier.importance.v1.Diagnosis.newBuilder()
            .setKind(kind)
            .setFirstEpoch(first)
            .setLastEpoch(last)
            .setAdvice(diagnosis.advice());
    for (Diagnosis.Evidence number : diagnosis.evidence()) {
      Evidence.Builder evidence =
          Evidence.newBuilder().setName(number.name()).setValue(number.value());
      if (!Double.isNaN(number.threshold())) {
        evidence.setThreshold(number.threshold());
      }
      message.addEvidence(evidence);
    }
    if (diagnosis instanceof NotFinite notFinite) {
      message.setGroupId(notFinite.group()).setBatch(notFinite.batch());
    }
    return message.build();
  }
}
