package dev.espalier.local.cli;

import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.Evidence;
import java.util.List;
import java.util.Locale;

/** Diagnoses in words: what, when, the numbers behind it and what to do. */
final class DiagnosisText {
  private static final int WIDTH = 120;
  private static final String INDENT = "  ";

  private DiagnosisText() {}

  static String of(List<Diagnosis> diagnoses) {
    if (diagnoses.isEmpty()) {
      return "Nothing looks wrong.";
    }
    StringBuilder text = new StringBuilder();
    for (Diagnosis diagnosis : diagnoses) {
      text.append('\n');
      wrap(text, "", name(diagnosis.getKind()) + " (" + when(diagnosis) + ")");
      for (Evidence evidence : diagnosis.getEvidenceList()) {
        wrap(text, INDENT, number(evidence));
      }
      wrap(text, INDENT, diagnosis.getAdvice());
    }
    return text.toString().stripTrailing();
  }

  private static String name(DiagnosisKind kind) {
    return switch (kind) {
      case DIAGNOSIS_KIND_FLAT ->
          "FLAT: the scores of all groups are alike, or gradients have vanished";
      case DIAGNOSIS_KIND_COUPLING_FIRST ->
          "COUPLING_FIRST: groups that couple components lead in every metric";
      case DIAGNOSIS_KIND_OSCILLATING ->
          "OSCILLATING: the ranking turned between epochs, twice in a row";
      case DIAGNOSIS_KIND_NOT_FINITE -> "NOT_FINITE: a number is NaN or infinite";
      case DIAGNOSIS_KIND_COLLAPSED -> "COLLAPSED: a cut lost too much of what training had gained";
      case DIAGNOSIS_KIND_UNSPECIFIED, UNRECOGNIZED ->
          "a diagnosis that this version does not know";
    };
  }

  private static String when(Diagnosis diagnosis) {
    return diagnosis.getFirstEpoch() == diagnosis.getLastEpoch()
        ? "epoch " + diagnosis.getFirstEpoch()
        : "epochs " + diagnosis.getFirstEpoch() + " to " + diagnosis.getLastEpoch();
  }

  private static String number(Evidence evidence) {
    return String.format(Locale.ROOT, "%s: %.4g", evidence.getName(), evidence.getValue())
        + (evidence.hasThreshold()
            ? String.format(Locale.ROOT, " (threshold %.4g)", evidence.getThreshold())
            : "");
  }

  private static void wrap(StringBuilder text, String indent, String words) {
    StringBuilder line = new StringBuilder(indent);
    for (String word : words.split("\\s+")) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(indent).append(INDENT);
      }
      line.append(line.toString().isBlank() ? "" : " ").append(word);
    }
    text.append(line).append('\n');
  }
}
