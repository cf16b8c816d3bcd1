package dev.espalier.pruner.job;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.graph.Aligned;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.ChannelScores;
import dev.espalier.pruner.plan.RecordedScore;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns what a request asks for into what the pruner does, and checks that it still holds. */
public final class Orders {
  private Orders() {}

  /**
   * @param id names the pruning
   * @param model the file's name, for the report
   * @param bytes the file's size
   * @param digest of the file
   * @param order what to do, as {@link OrderMessages#complete} gives it
   * @param ranking the run's
   * @param units what the run recorded unit by unit, as {@link UnitRecords} gives it
   * @param calibration the data that the order names, where it names any
   * @param output where the results will lie, as the report names it
   */
  public static PruneFile.Task task(
      String id,
      String model,
      long bytes,
      String digest,
      StartPruningRequest order,
      Optional<Ranking> ranking,
      List<UnitEvidence> units,
      Optional<Calibration> calibration,
      String output) {
    Map<String, Double> importance = importance(order, ranking);
    return new PruneFile.Task(
        id,
        model,
        bytes,
        digest,
        new Pruner.Order(
            OrderMessages.target(order.getTarget()),
            OrderMessages.constraints(order.getConstraints()),
            allocation(order, importance),
            score(order, units, calibration),
            calibration,
            Map.of()),
        new PruneFile.Names(
            name(order.getAllocation(), "ALLOCATION_"),
            name(order.getChannelScore(), "CHANNEL_SCORE_")),
        ranking.map(r -> new PruneFile.Run(order.getRunId(), importance, r.getLogDigest())),
        output);
  }

  static void checkDigest(Ranking ranking, String digest) {
    if (!ranking.getModelDigest().isEmpty() && !ranking.getModelDigest().equals(digest)) {
      throw new OnnxException(
          ranking.getModel(),
          "is not the model that the run ended with: SHA-256 "
              + digest
              + ", the ranking says "
              + ranking.getModelDigest());
    }
  }

  /**
   * The model with the ids of the run's groups. Where the graph that is known does not fit, the
   * ranking decides: a cut of the run may have been made and not used, or its graph not have
   * arrived.
   *
   * @param graph the newest that is known of the run
   * @throws OnnxException where the model's groups are neither the graph's nor the ranking's
   */
  static Traced aligned(Traced traced, DependencyGraph graph, Optional<Ranking> ranking) {
    try {
      return fitted(traced, graph);
    } catch (OnnxException e) {
      if (ranking.filter(its -> speaksOf(its, traced.graph().groups())).isPresent()) {
        return traced;
      }
      throw e;
    }
  }

  /** Indices and counts of its groups fit a larger model too; the model's own count does not. */
  private static Traced fitted(Traced traced, DependencyGraph graph) {
    Traced aligned = Aligned.of(traced, GraphMessages.groups(graph));
    if (graph.getParameters() != traced.graph().parameters()) {
      throw new OnnxException(
          "parameters",
          "the model is not that of the run's dependency graph: it has %d, not %d"
              .formatted(traced.graph().parameters(), graph.getParameters()));
    }
    return aligned;
  }

  private static boolean speaksOf(Ranking ranking, List<Group> groups) {
    Map<String, Long> parameters = new HashMap<>();
    ranking.getGroupsList().forEach(g -> parameters.put(g.getGroupId(), g.getParameters()));
    return parameters.size() == groups.size()
        && groups.stream()
            .allMatch(g -> Long.valueOf(g.parameters()).equals(parameters.get(g.id())));
  }

  private static Map<String, Double> importance(
      StartPruningRequest order, Optional<Ranking> ranking) {
    Map<String, Double> importance = new LinkedHashMap<>();
    if (order.getAllocation() == dev.espalier.pruning.v1.Allocation.ALLOCATION_IMPORTANCE) {
      for (GroupImportance group : ranking.map(Ranking::getGroupsList).orElse(List.of())) {
        importance.put(group.getGroupId(), group.getImportance());
      }
    }
    return importance;
  }

  private static Allocation allocation(StartPruningRequest order, Map<String, Double> importance) {
    return switch (order.getAllocation()) {
      case ALLOCATION_IMPORTANCE -> Allocations.byImportance(importance);
      case ALLOCATION_UNIFORM -> Allocations.uniform();
      case ALLOCATION_GLOBAL -> Allocations.global();
      case ALLOCATION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("allocation = " + order.getAllocation());
    };
  }

  /**
   * The channel score that an order names. The Taylor score is that of the calibration data where
   * the order names some, else what the run recorded.
   */
  public static ChannelScore score(
      StartPruningRequest order, List<UnitEvidence> units, Optional<Calibration> calibration) {
    return switch (order.getChannelScore()) {
      case CHANNEL_SCORE_TAYLOR ->
          calibration.isPresent()
              ? ChannelScores.of("taylor", calibration)
              : recorded("taylor", units, UnitEvidence::getTaylorList);
      case CHANNEL_SCORE_L1, CHANNEL_SCORE_L2, CHANNEL_SCORE_ACTIVATION ->
          ChannelScores.of(scoreName(order), calibration);
      case CHANNEL_SCORE_GRADIENT -> recorded("gradient", units, UnitEvidence::getGradientList);
      case CHANNEL_SCORE_FISHER -> recorded("fisher", units, UnitEvidence::getFisherList);
      case CHANNEL_SCORE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("channel_score = " + order.getChannelScore());
    };
  }

  /** Whether the order's score is one that a run recorded. */
  public static boolean needsUnits(StartPruningRequest order) {
    return switch (order.getChannelScore()) {
      case CHANNEL_SCORE_GRADIENT, CHANNEL_SCORE_FISHER -> true;
      case CHANNEL_SCORE_TAYLOR -> order.getCalibration().isEmpty();
      default -> false;
    };
  }

  private static ChannelScore recorded(
      String name, List<UnitEvidence> units, Function<UnitEvidence, List<Double>> values) {
    Map<String, double[]> byGroup = new LinkedHashMap<>();
    for (UnitEvidence stretch : units) {
      double[] next = values.apply(stretch).stream().mapToDouble(Double::doubleValue).toArray();
      byGroup.merge(stretch.getGroupId(), next, Orders::joined);
    }
    return new RecordedScore(name, byGroup);
  }

  private static double[] joined(double[] first, double[] second) {
    double[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** What users call the channel score of an order. */
  public static String scoreName(StartPruningRequest order) {
    return name(order.getChannelScore(), "CHANNEL_SCORE_");
  }

  private static String name(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }
}
