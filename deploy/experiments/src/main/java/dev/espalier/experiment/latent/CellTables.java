package dev.espalier.experiment.latent;

import dev.espalier.experiment.Table;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.v1.DiagnosisKind;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.training.v1.EpochCompleted;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a cell measures, as tables. */
final class CellTables {
  /** A row a group and epoch: smoothed metrics, means per parameter. */
  static final String GROUPS = "groups";

  /** A row a group, normalisation and metric: beside shuffled gradients, at the end of training. */
  static final String SHUFFLED = "shuffled";

  /** A row an epoch. */
  static final String LOSSES = "losses";

  /** One row. */
  static final String RUN = "run";

  static final String COUPLING = "coupling";

  /** The metrics of table {@link #GROUPS}, of equal weight in the importance. */
  static final List<String> METRICS = List.of("gradient", "fisher", "bayes");

  /**
   * On one batch after the other of a network that stands still the Bayesian uncertainty is the
   * mean of the Fisher information but for a factor that all groups share, so that its share is the
   * same: the probe's Fisher information stands for both.
   */
  private static final double[] PROBE_WEIGHTS = {1, 2};

  private static final double TAIL = 0.025;

  private CellTables() {}

  /**
   * @param parameters of each of the graph's groups, trained ones alone
   */
  static Table groups(
      List<ImportanceSnapshot> snapshots, DependencyGraph graph, long[] parameters) {
    Map<String, Integer> columns = new HashMap<>();
    for (Group group : graph.getGroupsList()) {
      columns.put(group.getId(), columns.size());
    }
    Table.Builder table =
        Table.of(
            GROUPS,
            "epoch",
            "group",
            "kind",
            "units",
            "parameters",
            "gradient",
            "fisher",
            "bayes",
            "importance",
            "rank");
    for (ImportanceSnapshot snapshot : snapshots) {
      for (GroupImportance group : snapshot.getGroupsList()) {
        int column = columns.get(group.getGroupId());
        table.row(
            snapshot.getEpochsCompleted(),
            group.getGroupId(),
            kind(group.getKind()),
            graph.getGroups(column).getUnits(),
            parameters[column],
            group.getGradientAccumulation(),
            group.getFisherInformation(),
            group.getBayesianUncertainty(),
            group.getImportance(),
            group.getRank());
      }
    }
    return table.build();
  }

  private static String kind(GroupKind kind) {
    return kind == GroupKind.GROUP_KIND_COUPLING ? COUPLING : "component";
  }

  /**
   * @param field the network's gradients
   * @param shuffles at least 2, of {@link ShuffledGradients}
   */
  static Table shuffled(DependencyGraph graph, GradientField field, double[][][] shuffles) {
    Table.Builder table =
        Table.of(
            SHUFFLED,
            "group",
            "kind",
            "normalisation",
            "metric",
            "share",
            "rank",
            "null_share",
            "null_sd",
            "null_low",
            "null_high",
            "null_rank_low",
            "null_rank_high",
            "ratio",
            "z",
            "p");
    long[] parameters = field.parameters();
    long[] units = graph.getGroupsList().stream().mapToLong(Group::getUnits).toArray();
    for (Normalisation normalisation : Normalisation.values()) {
      double[][] observed = shares(field.sums(), normalisation, parameters, units);
      double[][][] chance = new double[shuffles.length][][];
      for (int s = 0; s < shuffles.length; s++) {
        chance[s] = shares(shuffles[s], normalisation, parameters, units);
      }
      for (int m = 0; m < observed.length; m++) {
        String metric = List.of("gradient", "fisher", "importance").get(m);
        for (int g = 0; g < parameters.length; g++) {
          Group group = graph.getGroups(g);
          row(table, group, normalisation.id(), metric, g, observed[m], column(chance, m));
        }
      }
    }
    return table.build();
  }

  /** Shares by the two metrics of the probe, and the importance: three rows of a share a group. */
  private static double[][] shares(
      double[][] sums, Normalisation normalisation, long[] parameters, long[] units) {
    double[][] scores = new double[sums.length][];
    for (int m = 0; m < sums.length; m++) {
      scores[m] = normalisation.of(sums[m], parameters, units);
    }
    return new double[][] {
      Shares.of(scores[0]), Shares.of(scores[1]), Shares.combined(scores, PROBE_WEIGHTS)
    };
  }

  private static double[][] column(double[][][] values, int metric) {
    return Arrays.stream(values).map(value -> value[metric]).toArray(double[][]::new);
  }

  private static void row(
      Table.Builder table,
      Group group,
      String normalisation,
      String metric,
      int g,
      double[] observed,
      double[][] chance) {
    double[] shares = Arrays.stream(chance).mapToDouble(share -> share[g]).sorted().toArray();
    double[] ranks =
        Arrays.stream(chance).mapToDouble(share -> Shares.rank(share, g)).sorted().toArray();
    double mean = Arrays.stream(shares).average().orElseThrow();
    double squares = Arrays.stream(shares).map(s -> (s - mean) * (s - mean)).sum();
    double deviation = Math.sqrt(squares / (shares.length - 1));
    double off = observed[g] - mean;
    long asFar = Arrays.stream(shares).filter(s -> Math.abs(s - mean) >= Math.abs(off)).count();
    table.row(
        group.getId(),
        kind(group.getKind()),
        normalisation,
        metric,
        observed[g],
        Shares.rank(observed, g),
        mean,
        deviation,
        quantile(shares, TAIL),
        quantile(shares, 1 - TAIL),
        quantile(ranks, TAIL),
        quantile(ranks, 1 - TAIL),
        observed[g] / mean,
        deviation > 0 ? off / deviation : 0.0,
        (asFar + 1.0) / (shares.length + 1));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  static Table losses(List<EpochCompleted> epochs) {
    Table.Builder table = Table.of(LOSSES, "epoch", "training_loss", "validation_loss");
    for (EpochCompleted epoch : epochs) {
      table.row(epoch.getEpoch() + 1, epoch.getTrainingLoss(), epoch.getValidationLoss());
    }
    return table.build();
  }

  static Table run(TrainedRun run) {
    return Table.of(RUN, "initial_loss", "loss", "coupling_first")
        .row(run.initialLoss(), run.loss(), couplingFirst(run.snapshots()))
        .build();
  }

  private static boolean couplingFirst(List<ImportanceSnapshot> snapshots) {
    return snapshots.stream()
        .flatMap(snapshot -> snapshot.getDiagnosesList().stream())
        .anyMatch(d -> d.getKind() == DiagnosisKind.DIAGNOSIS_KIND_COUPLING_FIRST);
  }
}
