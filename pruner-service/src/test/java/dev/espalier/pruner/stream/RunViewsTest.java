package dev.espalier.pruner.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.RunPhase;
import dev.espalier.kafka.Topics;
import dev.espalier.pruner.job.Jobs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunViewsTest {
  private final RunViews views = new RunViews(3, 1 << 20);
  private final Records records = new Records(views, new Jobs(10));

  private static Ranking ranking(String run) {
    return Ranking.newBuilder().setRunId(run).setModel("m.onnx").build();
  }

  private void take(String topic, String key, byte[] value) {
    records.read(topic, key == null ? null : key.getBytes(UTF_8), value).run();
  }

  @Test
  void waitsForARankingWithinABound() throws Exception {
    CompletableFuture<Optional<Ranking>> waiting =
        views.awaitRanking("r", Duration.ofSeconds(30)).toCompletableFuture();
    assertFalse(waiting.isDone());

    views.ranking("r", ranking("r"));

    assertEquals(Optional.of(ranking("r")), waiting.get(5, TimeUnit.SECONDS));
    assertEquals(
        Optional.empty(),
        views
            .awaitRanking("other", Duration.ofMillis(1))
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS));
    assertTrue(views.awaitRanking("r", Duration.ofSeconds(30)).toCompletableFuture().isDone());
  }

  private static ImportanceSnapshot snapshot(int epochs, RunPhase phase) {
    return ImportanceSnapshot.newBuilder()
        .setRunId("r")
        .setEpochsCompleted(epochs)
        .setPhase(phase)
        .build();
  }

  private boolean isKnown(int epochs) {
    return views.awaitSnapshot("r", epochs, Duration.ofDays(1)).toCompletableFuture().isDone();
  }

  @Test
  void waitsForTheImportanceAfterAnEpochWithinABound() throws Exception {
    CompletableFuture<Optional<ImportanceSnapshot>> second =
        views.awaitSnapshot("r", 2, Duration.ofSeconds(30)).toCompletableFuture();
    CompletableFuture<Optional<ImportanceSnapshot>> third =
        views.awaitSnapshot("r", 3, Duration.ofSeconds(30)).toCompletableFuture();
    ImportanceSnapshot after = snapshot(2, RunPhase.RUN_PHASE_TRAINING);

    take(Topics.SNAPSHOTS, "r", snapshot(1, RunPhase.RUN_PHASE_TRAINING).toByteArray());
    assertFalse(second.isDone());
    take(Topics.SNAPSHOTS, "r", after.toByteArray());

    assertEquals(Optional.of(after), second.get(5, TimeUnit.SECONDS));
    assertFalse(third.isDone());
    assertEquals(
        Optional.empty(),
        views
            .awaitSnapshot("r", 3, Duration.ofMillis(1))
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS));
    assertTrue(isKnown(1));
    take(Topics.SNAPSHOTS, "r", snapshot(2, RunPhase.RUN_PHASE_COMPLETED).toByteArray());
    assertFalse(isKnown(1), "a run that has ended is not cut on its way");
    take(Topics.SNAPSHOTS, "r", after.toByteArray());
    take(Topics.SNAPSHOTS, "r", null);
    assertFalse(isKnown(1));
    assertThrows(
        IllegalArgumentException.class, () -> take(Topics.SNAPSHOTS, "other", after.toByteArray()));
    byte[] bad =
        after.toBuilder()
            .addGroups(GroupImportance.newBuilder().setGroupId("g").setImportance(Double.NaN))
            .build()
            .toByteArray();
    assertThrows(IllegalArgumentException.class, () -> take(Topics.SNAPSHOTS, "r", bad));
  }

  @Test
  void theOldestRunsMakeRoom() {
    for (int i = 0; i < 5; i++) {
      views.ranking("r" + i, ranking("r" + i));
    }

    assertTrue(views.ranking("r1").isEmpty());
    assertTrue(views.ranking("r2").isPresent());
  }

  @Test
  void bytesAreBoundedToo() {
    Bounded<Ranking> bounded = new Bounded<>(100, 40);
    for (int i = 0; i < 10; i++) {
      bounded.put("r" + i, ranking("r" + i));
    }

    assertTrue(bounded.get("r9").isPresent());
    assertTrue(bounded.get("r5").isEmpty());
    bounded.remove("r9");
    assertTrue(bounded.get("r9").isEmpty());
  }

  @Test
  void anEmptyRecordTakesBackWhatWasKnown() {
    take(Topics.RANKINGS, "r", ranking("r").toByteArray());
    assertTrue(views.ranking("r").isPresent());
    DependencyGraph graph = DependencyGraph.newBuilder().setModelDigest("d").build();
    take(Topics.GRAPHS, "d", graph.toByteArray());
    assertEquals(Optional.of(graph), views.graph("d"));

    take(Topics.RANKINGS, "r", null);
    take(Topics.GRAPHS, "d", null);

    assertTrue(views.ranking("r").isEmpty());
    assertTrue(views.graph("d").isEmpty());
  }

  @Test
  void recordsThatBreakTheContractAreRefused() {
    Group group =
        Group.newBuilder()
            .setId("g")
            .addComponents("c")
            .setUnits(2)
            .setParameters(2)
            .addSlices(Slice.newBuilder().setInitializer("w").addAllIndex(List.of(0, 1)))
            .build();
    DependencyGraph graph = DependencyGraph.newBuilder().setRunId("r").addGroups(group).build();
    take(Topics.GRAPHS, "r", graph.toByteArray());

    for (Group bad :
        List.of(
            group,
            group.toBuilder().setId("").build(),
            group.toBuilder().setId("h").setUnits(3).build(),
            group.toBuilder().setId("h").setUnits(-1).build(),
            group.toBuilder()
                .setId("h")
                .setSlices(0, group.getSlices(0).toBuilder().setIndex(0, 1))
                .build(),
            group.toBuilder()
                .setId("h")
                .setSlices(0, group.getSlices(0).toBuilder().setIndex(0, -1))
                .build())) {
      byte[] value = graph.toBuilder().addGroups(bad).build().toByteArray();
      assertThrows(IllegalArgumentException.class, () -> take(Topics.GRAPHS, "r", value));
    }
    byte[] good = graph.toByteArray();
    assertThrows(IllegalArgumentException.class, () -> take(Topics.GRAPHS, "other", good));
    assertThrows(IllegalArgumentException.class, () -> take(Topics.GRAPHS, null, good));
    assertThrows(IllegalArgumentException.class, () -> take("elsewhere", "r", good));
    byte[] garbage = {7, 7, 7};
    for (String topic : List.of(Topics.GRAPHS, Topics.RANKINGS, Topics.MODELS)) {
      assertThrows(IllegalArgumentException.class, () -> take(topic, "r", garbage));
    }
    for (double importance : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      byte[] value =
          ranking("r").toBuilder()
              .addGroups(GroupImportance.newBuilder().setGroupId("g").setImportance(importance))
              .build()
              .toByteArray();
      assertThrows(IllegalArgumentException.class, () -> take(Topics.RANKINGS, "r", value));
    }
  }
}
