package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.Criticality;
import dev.espalier.importance.v1.Diagnosis;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.Evidence;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportanceTableTest {
  private static final int COLUMNS = 120;

  private static GroupImportance.Builder group(int rank, String id, String... components) {
    return GroupImportance.newBuilder()
        .setGroupId(id)
        .addAllComponents(List.of(components))
        .setRank(rank)
        .setImportance(0.5 / rank)
        .setImportanceLow(0.25 / rank)
        .setImportanceHigh(1.0 / rank)
        .setGradientAccumulation(1e-5)
        .setFisherInformation(1e-10)
        .setBayesianUncertainty(1e-30);
  }

  private static Criticality.Builder verdict(Verdict verdict, double change) {
    return Criticality.newBuilder().setVerdict(verdict).setChange(change);
  }

  @Test
  void groupsStandByRankWithIntervalTiesAndVerdict() {
    ImportanceSnapshot snapshot =
        ImportanceSnapshot.newBuilder()
            .addGroups(
                group(2, "encoder.0", "encoder")
                    .setTiedWithPrevious(true)
                    .setCriticality(verdict(Verdict.VERDICT_CANDIDATE, -0.123)))
            .addGroups(
                group(1, "encoder.4", "decoder", "encoder")
                    .setTiedWithNext(true)
                    .setCriticality(verdict(Verdict.VERDICT_CRITICAL, 0.01)))
            .addGroups(group(3, "decoder.0", "decoder").clearImportanceLow().clearImportanceHigh())
            .setRankStability(0.8)
            .build();

    List<String> lines = ImportanceTable.of(snapshot).lines().toList();

    assertEquals(
        " 1 | v | encoder.4 | decoder+encoder | 0.5000 | 0.250-1.000 | 1.0e-05 | 1.0e-10 | 1.0e-30"
            + " | critical +1 % ",
        squeezed(lines.get(2)));
    assertEquals(
        " 2 | ^ | encoder.0 | encoder | 0.2500 | 0.125-0.500 | 1.0e-05 | 1.0e-10 | 1.0e-30"
            + " | candidate -12 % ",
        squeezed(lines.get(3)));
    assertTrue(squeezed(lines.get(4)).contains("| decoder | 0.1667 | | 1.0e-05"), lines.get(4));
    assertTrue(
        lines.contains("rank stability 0.80 (Kendall's tau-b between the newest two epochs)"));
    assertEquals("Nothing looks wrong.", lines.getLast());
  }

  @Test
  void noLineIsLongerThanATerminalIsWide() {
    String longId = "/backbone/features/inverted_residual.13/conv/depthwise.0";
    ImportanceSnapshot.Builder snapshot =
        ImportanceSnapshot.newBuilder()
            .setSummaries(1_000_000_000)
            .setStaleSummaries(1_000_000_000)
            .addDiagnoses(
                Diagnosis.newBuilder()
                    .setKind(DiagnosisKind.DIAGNOSIS_KIND_NOT_FINITE)
                    .addEvidence(Evidence.newBuilder().setName("a ".repeat(100)))
                    .setAdvice("word ".repeat(50)));
    for (int rank = 1; rank <= 4096; rank += 500) {
      snapshot.addGroups(
          group(rank, longId + rank, "backbone", "neck", "head")
              .setTiedWithNext(true)
              .setCriticality(
                  rank == 1
                      ? verdict(Verdict.VERDICT_CRITICAL, 1e100)
                      : verdict(Verdict.VERDICT_CANDIDATE, -0.999)));
    }

    String table = ImportanceTable.of(snapshot.build());

    table.lines().forEach(line -> assertTrue(line.length() <= COLUMNS, line));
    assertTrue(table.contains("candidate"), table);
  }

  @Test
  void aDiagnosisSaysWhatWhenByWhichNumbersAndWhatToDo() {
    String text =
        DiagnosisText.of(
            List.of(
                Diagnosis.newBuilder()
                    .setKind(DiagnosisKind.DIAGNOSIS_KIND_OSCILLATING)
                    .setFirstEpoch(2)
                    .setLastEpoch(4)
                    .addEvidence(
                        Evidence.newBuilder().setName("tau").setValue(0.25).setThreshold(0.5))
                    .addEvidence(Evidence.newBuilder().setName("other").setValue(Double.NaN))
                    .setAdvice("Raise ema_factor.")
                    .build()));

    assertEquals(
        """

        OSCILLATING: the ranking turned between epochs, twice in a row (epochs 2 to 4)
          tau: 0.2500 (threshold 0.5000)
          other: NaN
          Raise ema_factor.""",
        text);
    assertFalse(text.contains("\t"));
  }

  @Test
  void everyKindOfDiagnosisHasWords() {
    for (DiagnosisKind kind : DiagnosisKind.values()) {
      if (kind == DiagnosisKind.UNRECOGNIZED || kind.getNumber() == 0) {
        continue;
      }
      String text = DiagnosisText.of(List.of(Diagnosis.newBuilder().setKind(kind).build()));
      String name = kind.name().replace("DIAGNOSIS_KIND_", "");
      assertTrue(text.strip().startsWith(name + ": "), text);
    }
  }

  private static String squeezed(String line) {
    return line.replaceAll(" +", " ");
  }
}
