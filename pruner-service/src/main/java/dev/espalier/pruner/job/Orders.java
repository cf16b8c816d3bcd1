package dev.espalier.pruner.job;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.plan.WeightScore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns what a request asks for into what the pruner does, and checks that it still holds. */
final class Orders {
  private Orders() {}

  static PruneFile.Task task(
      String id,
      Job.Request request,
      byte[] bytes,
      Map<String, Double> importance,
      String prunedName) {
    return new PruneFile.Task(
        id,
        request.model(),
        bytes,
        new Pruner.Order(
            new Target.Parameters(request.parametersShare()),
            allocation(request, importance),
            score(request),
            Map.of()),
        new PruneFile.Names(
            name(request.allocation(), "ALLOCATION_"),
            name(request.channelScore(), "CHANNEL_SCORE_")),
        request
            .ranking()
            .map(r -> new PruneFile.Run(request.runId(), importance, r.getLogDigest())),
        prunedName);
  }

  static void checkDigest(Ranking ranking, byte[] bytes) {
    String digest = OnnxModel.digest(bytes);
    if (!ranking.getModelDigest().isEmpty() && !ranking.getModelDigest().equals(digest)) {
      throw new OnnxException(
          ranking.getModel(),
          "is not the model that the run ended with: SHA-256 "
              + digest
              + ", the ranking says "
              + ranking.getModelDigest());
    }
  }

  static void checkGroups(DependencyGraph graph, Traced traced) {
    List<Group> now = GraphMessages.groups(traced.graph());
    List<Group> then = graph.getGroupsList();
    for (int g = 0; g < Math.max(now.size(), then.size()); g++) {
      if (g >= now.size() || g >= then.size() || !now.get(g).equals(then.get(g))) {
        throw new OnnxException(
            "group \"" + (g < then.size() ? then : now).get(g).getId() + "\"",
            "the trained model's groups are not those of the run's dependency graph");
      }
    }
  }

  static Map<String, Double> importance(Job.Request request) {
    Optional<Ranking> ranking =
        request
            .ranking()
            .filter(
                r ->
                    request.allocation()
                        == dev.espalier.pruning.v1.Allocation.ALLOCATION_IMPORTANCE);
    Map<String, Double> importance = new LinkedHashMap<>();
    for (GroupImportance group : ranking.map(Ranking::getGroupsList).orElse(List.of())) {
      importance.put(group.getGroupId(), group.getImportance());
    }
    return importance;
  }

  private static Allocation allocation(Job.Request request, Map<String, Double> importance) {
    return switch (request.allocation()) {
      case ALLOCATION_IMPORTANCE -> Allocations.byImportance(importance);
      case ALLOCATION_UNIFORM -> Allocations.uniform();
      case ALLOCATION_GLOBAL -> Allocations.global();
      case ALLOCATION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("allocation = " + request.allocation());
    };
  }

  private static ChannelScore score(Job.Request request) {
    return switch (request.channelScore()) {
      case CHANNEL_SCORE_L1 -> WeightScore.L1;
      case CHANNEL_SCORE_L2 -> WeightScore.L2;
      case CHANNEL_SCORE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("channel_score = " + request.channelScore());
    };
  }

  private static String name(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }
}
