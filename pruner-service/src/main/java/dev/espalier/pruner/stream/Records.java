package dev.espalier.pruner.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.pruner.job.Jobs;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruning.v1.ModelPruned;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks records of the bus.
 *
 * @param views takes graphs and rankings
 * @param jobs takes completed prunings
 */
public record Records(RunViews views, Jobs jobs) {
  /**
   * @param key may be null
   * @param value null where the record takes back what was known of its key
   * @return takes the record up
   * @throws IllegalArgumentException where the record cannot be used; says why
   */
  public Runnable read(String topic, byte[] key, byte[] value) {
    check(key != null && key.length > 0, "key", "missing");
    String name = new String(key, UTF_8);
    try {
      return switch (topic) {
        case Topics.GRAPHS -> graph(name, value);
        case Topics.RANKINGS -> ranking(name, value);
        case Topics.MODELS -> model(name, value);
        case Topics.SNAPSHOTS -> snapshot(name, value);
        default -> throw new IllegalArgumentException("topic = " + topic + ": not read here");
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value is not protobuf: " + e.getMessage(), e);
    }
  }

  private Runnable graph(String key, byte[] value) throws InvalidProtocolBufferException {
    if (value == null) {
      return () -> views.forgetGraph(key);
    }
    DependencyGraph graph = DependencyGraph.parseFrom(value);
    String own = graph.getRunId().isEmpty() ? graph.getModelDigest() : graph.getRunId();
    check(key.equals(own), "run_id", graph.getRunId() + " with key " + key);
    GraphMessages.check(graph);
    return () -> views.graph(key, graph);
  }

  private Runnable ranking(String key, byte[] value) throws InvalidProtocolBufferException {
    if (value == null) {
      return () -> views.forgetRanking(key);
    }
    Ranking ranking = Ranking.parseFrom(value);
    check(key.equals(ranking.getRunId()), "run_id", ranking.getRunId() + " with key " + key);
    check(!ranking.getModel().isEmpty(), "model", "");
    check(ranking.getGroupsList());
    return () -> views.ranking(key, ranking);
  }

  private Runnable snapshot(String key, byte[] value) throws InvalidProtocolBufferException {
    if (value == null) {
      return () -> views.forgetSnapshot(key);
    }
    ImportanceSnapshot snapshot = ImportanceSnapshot.parseFrom(value);
    check(key.equals(snapshot.getRunId()), "run_id", snapshot.getRunId() + " with key " + key);
    check(snapshot.getGroupsList());
    return () -> views.snapshot(key, snapshot);
  }

  private static void check(List<GroupImportance> groups) {
    Set<String> ids = new HashSet<>();
    for (GroupImportance group : groups) {
      check(ids.add(group.getGroupId()), "groups.group_id", group.getGroupId());
      double importance = group.getImportance();
      check(
          Double.isFinite(importance) && importance >= 0,
          "groups.importance",
          importance + " of " + group.getGroupId());
    }
  }

  private Runnable model(String key, byte[] value) throws InvalidProtocolBufferException {
    ModelPruned result = ModelPruned.parseFrom(value == null ? new byte[0] : value);
    check(
        value == null || key.equals(result.getPruningId()),
        "pruning_id",
        result.getPruningId() + " with key " + key);
    return value == null ? () -> jobs.forget(key) : () -> jobs.restore(result);
  }

  private static void check(boolean good, String field, String value) {
    if (!good) {
      throw new IllegalArgumentException(field + " = \"" + value + "\"");
    }
  }
}
