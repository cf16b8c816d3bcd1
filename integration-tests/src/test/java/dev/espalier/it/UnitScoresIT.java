package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.kafka.Topics;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a trainer, ours or another, records of each unit decides at the other end which units stay.
 */
@ExtendWith(SharedSuite.class)
class UnitScoresIT {
  private static final String RUN = "wide-units";

  /** More than a ranking carries, so the pruner must read their topic. */
  private static final int UNITS = 5000;

  private static SuiteUnderTest suite;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void theUnitsOfTheHighestRecordedScoreStay() throws IOException {
    OnnxModel model = model();
    String name = suite.layout().models().trainedModel(RUN);
    model.write(suite.layout().models().resolve(name));
    DependencyGraph graph =
        suite
            .services()
            .pruning()
            .analyzeModel(AnalyzeModelRequest.newBuilder().setModel(name).setRunId(RUN).build())
            .getGraph();
    float[] fisher = shuffled();

    send(model, name, graph.getGroups(0), fisher);

    Ranking ranking = Ranking.parseFrom(suite.bus().first(Topics.RANKINGS, RUN).value());
    assertEquals(0, ranking.getUnitsCount());
    assertEquals(1, ranking.getUnitRecords());
    Pruning pruning =
        Loop.prune(
            suite.services(),
            Loop.cut(0.5).setRunId(RUN).setChannelScore(ChannelScore.CHANNEL_SCORE_FISHER).build());
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    Set<Integer> kept = kept(pruning.getResult().getPrunedModel());
    assertEquals(highest(fisher, kept.size()), kept);
    assertTrue(kept.size() > UNITS / 4 && kept.size() <= UNITS / 2, kept.size() + " units");
  }

  /** No calibration data: the trainer has recorded the scores while it trained. */
  @Test
  void aRunIsPrunedByTheTaylorScoresThatItsTrainerRecorded() throws IOException {
    Run run =
        Loop.train(suite.services(), Loop.smallRun("own-units", 2).setUnitSummaryEvery(4).build());
    assertEquals(RunState.RUN_STATE_COMPLETED, run.getState(), run.getFailure());
    Ranking ranking = Ranking.parseFrom(suite.bus().first(Topics.RANKINGS, "own-units").value());
    UnitEvidence first =
        ranking.getUnitsList().stream()
            .filter(units -> units.getGroupId().equals("encoder.0"))
            .findFirst()
            .orElseThrow();
    assertEquals(512, first.getTaylorCount());

    Pruning pruning =
        Loop.prune(
            suite.services(),
            Loop.cut(0.5)
                .setRunId("own-units")
                .setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR)
                .build());

    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    assertTrue(pruning.getResult().getVerification().getExact());
    List<String> before = rows(pruning.getResult().getModel());
    List<String> after = rows(pruning.getResult().getPrunedModel());
    assertTrue(!after.isEmpty() && after.size() < before.size(), after.size() + " rows stay");
    double leastKept = Double.POSITIVE_INFINITY;
    double mostCut = 0;
    for (int u = 0; u < before.size(); u++) {
      if (after.contains(before.get(u))) {
        leastKept = Math.min(leastKept, first.getTaylor(u));
      } else {
        mostCut = Math.max(mostCut, first.getTaylor(u));
      }
    }
    assertTrue(leastKept >= mostCut, "kept from " + leastKept + ", cut up to " + mostCut);
  }

  /** What each unit of the first layer is made by; its inputs are pixels, which stay. */
  private static List<String> rows(String name) throws IOException {
    float[] weight =
        OnnxModel.read(suite.layout().models().resolve(name))
            .initializers()
            .get("encoder.0.weight")
            .floats();
    return IntStream.range(0, weight.length / 784)
        .mapToObj(u -> Arrays.toString(Arrays.copyOfRange(weight, u * 784, (u + 1) * 784)))
        .toList();
  }

  /** The first row of the first weight numbers the units. */
  private static OnnxModel model() {
    float[] first = new float[4 * UNITS];
    for (int i = 0; i < UNITS; i++) {
      first[i] = i;
    }
    return new OnnxBuilder("net")
        .input("x", 1, 4)
        .initializer("a.weight", new int[] {4, UNITS}, first)
        .initializer("b.weight", new int[] {UNITS, 2}, new float[2 * UNITS])
        .node("MatMul", "/a", List.of("x", "a.weight"), "h")
        .node("MatMul", "/b", List.of("h", "b.weight"), "y")
        .output("y", 1, 2)
        .build();
  }

  private static float[] shuffled() {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[UNITS];
    for (int i = 0; i < UNITS; i++) {
      int other = random.nextInt(i + 1);
      values[i] = values[other];
      values[other] = i + 1;
    }
    return values;
  }

  private static void send(OnnxModel model, String name, Group group, float[] fisher) {
    GroupShape shape =
        GroupShape.newBuilder()
            .setId(group.getId())
            .setKind(group.getKind())
            .addAllComponents(group.getComponentsList())
            .setParameters(group.getParameters())
            .setUnits(UNITS)
            .build();
    UnitSummary.Builder units = UnitSummary.newBuilder().setGroupId(group.getId());
    for (float value : fisher) {
      units.addFisher(value);
    }
    List<TrainingEvent.Builder> events =
        List.of(
            event()
                .setRunStarted(
                    RunStarted.newBuilder().addGroups(shape).setEpochs(1).setBatchesPerEpoch(1)),
            event()
                .setGradientSummary(
                    GradientSummary.newBuilder()
                        .addMeanAbsoluteGradient(1)
                        .addMeanSquaredGradient(1)
                        .addL1Norm(1)
                        .addCount(group.getParameters())),
            event().setUnitSummary(units),
            event().setEpochCompleted(EpochCompleted.getDefaultInstance()),
            event()
                .setRunCompleted(
                    RunCompleted.newBuilder().setModel(name).setModelDigest(model.digest())));
    for (int i = 0; i < events.size(); i++) {
      byte[] value = events.get(i).setSequence(i).build().toByteArray();
      suite.bus().send(Topics.TRAINING, RUN, value);
    }
  }

  private static TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder().setRunId(RUN);
  }

  private static Set<Integer> kept(String pruned) throws IOException {
    OnnxModel model = OnnxModel.read(suite.layout().models().resolve(pruned));
    float[] weight = model.initializers().get("a.weight").floats();
    return IntStream.range(0, weight.length / 4)
        .mapToObj(i -> (int) weight[i])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> highest(float[] values, int count) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparing(i -> -values[i]))
        .limit(count)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
