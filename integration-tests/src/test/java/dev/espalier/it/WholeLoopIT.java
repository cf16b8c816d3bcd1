package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.v1.Coefficients;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.local.log.Compared;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.TrainingEvent;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One run from StartRun to a verified pruned model, seen by a client and by a foreign consumer. */
@ExtendWith(SharedSuite.class)
class WholeLoopIT {
  private static final int EPOCHS = 3;
  private static final int GROUPS = 5;

  /** What a run takes by default. */
  private static final int UNITS_EVERY = 16;

  private static final String RUN = "whole-loop";

  private static SuiteUnderTest suite;
  private static Run run;
  private static Pruning pruning;

  @BeforeAll
  static void trainAndPrune() {
    suite = SharedSuite.get();
    run = Loop.train(suite.services(), Loop.smallRun(RUN, EPOCHS).build());
    pruning = Loop.prune(suite.services(), Loop.cut(0.5).setRunId(RUN).build());
  }

  @Test
  void theRunLearnedAndLostNothing() {
    assertEquals(RunState.RUN_STATE_COMPLETED, run.getState(), run.getFailure());
    assertTrue(run.getValidationLoss() < run.getInitialValidationLoss(), run.toString());
    assertEquals(0, run.getDroppedSummaries());
  }

  @Test
  void theCutIsHalfAndVerified() throws IOException {
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    ModelPruned result = pruning.getResult();
    assertTrue(result.getVerification().getExact());
    assertTrue(result.getVerification().getMaxRelative() < 1e-4);

    OnnxModel before = OnnxModel.read(suite.layout().models().resolve(result.getModel()));
    OnnxModel after = OnnxModel.read(suite.layout().models().resolve(result.getPrunedModel()));
    assertEquals(before.parameters(), result.getBefore().getParameters());
    assertEquals(after.parameters(), result.getAfter().getParameters());
    double removed = 1 - (double) after.parameters() / before.parameters();
    assertTrue(removed >= 0.5 && removed < 0.505, "removed " + removed);
    assertEquals(result.getPrunedModelDigest(), after.digest());
  }

  @Test
  void theLogIsOneGaplessSequenceInCloudEvents() throws IOException {
    List<ConsumerRecord<String, byte[]>> log = log();
    for (int i = 0; i < log.size(); i++) {
      TrainingEvent event = TrainingEvent.parseFrom(log.get(i).value());
      assertEquals(i, event.getSequence());
      assertEquals("1.0", Bus.header(log.get(i), "ce_specversion"));
      assertEquals("espalier.training.v1.TrainingEvent", Bus.header(log.get(i), "ce_type"));
      assertEquals("application/protobuf", Bus.header(log.get(i), "content-type"));
    }
    long told = (run.getBatchesCompleted() + UNITS_EVERY - 1) / UNITS_EVERY;
    long units = log.stream().filter(r -> Parsed.event(r).hasUnitSummary()).count();
    assertEquals(told * GROUPS, units);
    assertEquals(2L + run.getBatchesCompleted() + units + EPOCHS, log.size());
  }

  @Test
  void everyEpochHasItsSnapshotAndItsCoefficients() throws IOException {
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record :
        suite.bus().read(Topics.IMPORTANCE, RUN, Parsed::isFinal)) {
      snapshots.add(ImportanceSnapshot.parseFrom(record.value()));
    }
    assertEquals(EPOCHS + 2, snapshots.size());
    for (int e = 0; e <= EPOCHS; e++) {
      Coefficients coefficients = snapshots.get(e).getCoefficients();
      assertEquals(e, coefficients.getEpoch());
      assertTrue(e == 0 ^ coefficients.getLambdaWeight() > 0, coefficients.toString());
    }
  }

  @Test
  void everyBatchUsedTheCoefficientsOfItsEpochOrSaysThatItDidNot() throws IOException {
    long stale = 0;
    for (ConsumerRecord<String, byte[]> record : log()) {
      TrainingEvent event = TrainingEvent.parseFrom(record.value());
      if (event.hasGradientSummary()) {
        GradientSummary summary = event.getGradientSummary();
        int used = summary.getCoefficientsEpoch();
        boolean older = used < summary.getEpoch();
        assertTrue(used <= summary.getEpoch(), summary.toString());
        assertEquals(older, summary.getStaleCoefficients(), summary.toString());
        stale += older ? 1 : 0;
      }
    }
    assertEquals(stale, run.getStaleBatches());
  }

  @Test
  void theRankingOnTheBusIsTheOneServed() throws IOException {
    Ranking published = Ranking.parseFrom(suite.bus().first(Topics.RANKINGS, RUN).value());
    Ranking served =
        suite
            .services()
            .importance()
            .getRanking(GetRankingRequest.newBuilder().setRunId(RUN).build())
            .getRanking();
    assertEquals(published, served);
    assertEquals(run.getBatchesCompleted(), published.getSummaries());
    assertEquals(0, published.getMissingEvents());
  }

  @Test
  void aReplayedLogGivesWhatWasPublishedBitForBit() {
    Compared compared = suite.replay(RUN);
    assertEquals(EPOCHS + 2, compared.snapshots());
    assertEquals(1, compared.rankings());
  }

  @Test
  void theGraphOnTheBusHasFiveGroupsOneOfThemCoupling() throws IOException {
    DependencyGraph graph =
        DependencyGraph.parseFrom(suite.bus().first(Topics.GRAPHS, RUN).value());
    assertEquals(
        List.of("encoder.0", "encoder.2", "encoder.4", "decoder.0", "decoder.2"),
        graph.getGroupsList().stream().map(g -> g.getId()).toList());
    assertEquals(
        List.of("encoder.4"),
        graph.getGroupsList().stream()
            .filter(g -> g.getKind() == GroupKind.GROUP_KIND_COUPLING)
            .map(g -> g.getId())
            .toList());
  }

  @Test
  void aSecondPruningOfTheRunIsRefusedWhileOneRuns() {
    suite.services().pruning().startPruning(Loop.cut(0.2).setRunId(RUN).build());
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> suite.services().pruning().startPruning(Loop.cut(0.2).setRunId(RUN).build()));
    assertEquals(Status.Code.FAILED_PRECONDITION, e.getStatus().getCode(), e.toString());
  }

  @Test
  void aRunIdCannotBeUsedAgain() {
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> suite.services().training().startRun(Loop.smallRun(RUN, 1).build()));
    assertEquals(Status.Code.ALREADY_EXISTS, e.getStatus().getCode(), e.toString());
  }

  @Test
  void theResultIsOnTheBus() throws IOException {
    String id = pruning.getPruningId();
    ModelPruned published = ModelPruned.parseFrom(suite.bus().first(Topics.MODELS, id).value());
    assertEquals(pruning.getResult(), published);
  }

  private static List<ConsumerRecord<String, byte[]>> log() {
    return suite.bus().read(Topics.TRAINING, RUN, record -> Parsed.event(record).hasRunCompleted());
  }
}
