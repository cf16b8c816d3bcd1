package dev.espalier.experiment.sanity;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import dev.espalier.importance.v1.DiagnosisKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A run with its plant, as its tables tell it.
 *
 * @param scores by the columns of {@link Scores#METRICS}
 * @param diagnoses kinds that were found, without their prefix
 */
record CheckedRun(
    Plant plant,
    long seed,
    Map<String, Scores> scores,
    List<String> diagnoses,
    Table cuts,
    Table proofs) {
  /** Coefficient of variation below which scores are flat; the default of the diagnosis FLAT. */
  static final double FLAT = 0.05;

  /** Kendall's tau below which a ranking turns; the default of the diagnosis OSCILLATING. */
  static final double TURNED = 0.5;

  /** Raw metrics that are means over batches; the third grows out of its prior by itself. */
  private static final int MEANS = 2;

  static CheckedRun of(CellResult result) {
    Map<String, Scores> scores = new LinkedHashMap<>();
    for (String metric : Scores.METRICS) {
      scores.put(metric, ScoreTable.scores(result.table("scores"), metric));
    }
    return new CheckedRun(
        Plant.of(result.cell().get(Sanity.PLANT)),
        result.cell().seed(),
        scores,
        result.table("diagnoses").values("kind"),
        result.table("cuts"),
        result.table("proofs"));
  }

  /**
   * Least variation over groups after any epoch, of the raw metric where it is largest: what FLAT
   * looks at.
   */
  double overGroups() {
    double least = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < scores.get(Scores.METRICS[0]).epochs(); epoch++) {
      int at = epoch;
      least =
          Math.min(least, raw(Scores.RAW).mapToDouble(s -> s.overGroups(at)).max().orElseThrow());
    }
    return least;
  }

  /**
   * Variation over epochs of the median group, of gradient accumulation or Fisher information,
   * whichever is larger.
   */
  double overEpochs() {
    return raw(MEANS).mapToDouble(Scores::overEpochs).max().orElseThrow();
  }

  /**
   * Lowest bound that the tau of a raw metric stays below twice in a row, of the metric where it is
   * lowest; empty where no ranking is known three times in a row.
   */
  OptionalDouble rawTurned() {
    return raw(Scores.RAW)
        .map(Scores::turned)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .min();
  }

  /** The same of the combination, which OSCILLATING looks at. */
  OptionalDouble turned() {
    return scores.get("importance").turned();
  }

  boolean flatOverGroups() {
    return overGroups() < FLAT;
  }

  boolean flatOverEpochs() {
    return overEpochs() < FLAT;
  }

  boolean oscillates() {
    return rawTurned().orElse(1) < TURNED || turned().orElse(1) < TURNED;
  }

  /** Whether what was planted is there, by the numbers alone. */
  boolean took() {
    return switch (plant) {
      case HEALTHY, RUINED -> true;
      case DEAD -> flatOverGroups();
      case STUCK -> flatOverEpochs();
      case RESTLESS -> oscillates();
    };
  }

  boolean found(DiagnosisKind kind) {
    return diagnoses.contains(kind.name().replace("DIAGNOSIS_KIND_", ""));
  }

  private Stream<Scores> raw(int metrics) {
    return Arrays.stream(Scores.METRICS, 0, metrics).map(scores::get);
  }
}
