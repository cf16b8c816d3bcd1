package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.local.log.Compared;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.GroupCut;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.Target;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunCut;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.TrainingEvent;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Train, prune, continue: a run that is cut twice on its way, and once more at its end. */
@ExtendWith(SharedSuite.class)
class CutRunIT {
  private static final String RUN = "cut-on-the-way";

  private static SuiteUnderTest suite;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void aRunIsCutAtItsMilestonesAndPrunedAtItsEnd() throws IOException {
    Run run =
        Loop.train(
            suite.services(),
            Loop.smallRun(RUN, 3)
                .setUnitSummaryEvery(3)
                .addMilestones(milestone(1, ChannelScore.CHANNEL_SCORE_L2))
                .addMilestones(milestone(2, ChannelScore.CHANNEL_SCORE_TAYLOR))
                .build());

    assertEquals(RunState.RUN_STATE_COMPLETED, run.getState(), run.toString());
    assertEquals(2, run.getCutsCount(), run.getWarningsList().toString());
    long parameters = Long.MAX_VALUE;
    for (int i = 0; i < 2; i++) {
      RunCut cut = run.getCuts(i);
      assertEquals(i + 1, cut.getAfterEpochs());
      assertTrue(cut.getParametersBefore() <= parameters);
      assertTrue(cut.getParametersAfter() <= 0.7 * cut.getParametersBefore(), cut.toString());
      assertTrue(Double.isFinite(cut.getValidationLossAfter()));
      parameters = cut.getParametersAfter();
    }
    assertTrue(run.getValidationLoss() < run.getInitialValidationLoss());
    OnnxModel trained = OnnxModel.read(suite.layout().models().resolve(run.getModel()));
    assertEquals(parameters, trained.parameters());

    Ranking ranking =
        Ranking.parseFrom(suite.bus().read(Topics.RANKINGS, RUN, r -> true).getLast().value());
    List<GroupShape> before = events().getFirst().getRunStarted().getGroupsList();
    List<GroupShape> after = check(before);
    assertEquals(trained.digest(), ranking.getModelDigest());
    assertEquals(ids(before), ids(ranking));
    assertEquals(after.stream().filter(g -> g.getUnits() > 0).count(), ranking.getUnitRecords());
    DependencyGraph graph =
        DependencyGraph.parseFrom(
            suite
                .bus()
                .read(
                    Topics.GRAPHS,
                    RUN,
                    record -> parse(record).getParameters() == trained.parameters())
                .getLast()
                .value());
    assertEquals(
        after.stream().map(GroupShape::getUnits).toList(),
        graph.getGroupsList().stream().map(Group::getUnits).toList());

    Compared replay = suite.replay(RUN);
    assertEquals(3 + 2 + 2, replay.snapshots(), "the start, three epochs, two cuts, the end");
    assertEquals(ranking.getUnitRecords(), replay.units());

    Pruning pruning =
        Loop.prune(
            suite.services(),
            Loop.cut(0.2)
                .setRunId(RUN)
                .setChannelScore(ChannelScore.CHANNEL_SCORE_GRADIENT)
                .build());
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    assertEquals(parameters, pruning.getResult().getBefore().getParameters());
    assertTrue(pruning.getResult().getAfter().getParameters() <= 0.8 * parameters);
    assertEquals(
        before.stream().map(GroupShape::getId).toList(),
        pruning.getResult().getGroupsList().stream().map(GroupCut::getGroupId).toList());
  }

  private static Milestone milestone(int after, ChannelScore score) {
    return Milestone.newBuilder()
        .setAfterEpochs(after)
        .setTarget(Target.newBuilder().setParametersShare(0.3))
        .setChannelScore(score)
        .build();
  }

  private static List<TrainingEvent> events() {
    return suite
        .bus()
        .read(Topics.TRAINING, RUN, record -> event(record).hasRunCompleted())
        .stream()
        .map(CutRunIT::event)
        .toList();
  }

  /** The groups at the end; on the way ids stay, sizes fall and summaries follow. */
  private static List<GroupShape> check(List<GroupShape> before) {
    List<GroupShape> now = before;
    int cuts = 0;
    for (TrainingEvent event : events()) {
      if (event.hasRunPruned()) {
        RunPruned pruned = event.getRunPruned();
        cuts++;
        for (int g = 0; g < now.size(); g++) {
          assertEquals(now.get(g).getId(), pruned.getGroups(g).getId());
          assertTrue(pruned.getGroups(g).getParameters() <= now.get(g).getParameters());
          assertTrue(pruned.getGroups(g).getUnits() <= now.get(g).getUnits());
        }
        now = pruned.getGroupsList();
      } else if (event.hasGradientSummary()) {
        assertTrue(Double.isFinite(event.getGradientSummary().getLoss()));
        assertEquals(
            now.stream().map(GroupShape::getParameters).toList(),
            event.getGradientSummary().getCountList());
      }
    }
    assertEquals(2, cuts);
    return now;
  }

  private static Set<String> ids(List<GroupShape> groups) {
    return groups.stream().map(GroupShape::getId).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> ids(Ranking ranking) {
    return ranking.getGroupsList().stream()
        .map(GroupImportance::getGroupId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static TrainingEvent event(ConsumerRecord<String, byte[]> record) {
    try {
      return TrainingEvent.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static DependencyGraph parse(ConsumerRecord<String, byte[]> record) {
    try {
      return DependencyGraph.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
