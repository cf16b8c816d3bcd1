package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.local.suite.Member;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruning.v1.Target;
import dev.espalier.training.v1.GetRunRequest;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.ResumeRunRequest;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.StopRunRequest;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A trainer that dies, and runs that are stopped: what is resumed is what would have been. */
@ExtendWith(SharedSuite.class)
class ResumedRunIT {
  private static final int EPOCHS = 6;

  private static SuiteUnderTest suite;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void aRunIsResumedAfterItsTrainerWasKilledAndAfterItWasStopped() throws IOException {
    Run whole = Loop.train(suite.services(), request("undisturbed"));
    assertEquals(RunState.RUN_STATE_COMPLETED, whole.getState(), whole.getFailure());
    assertEquals(1, whole.getCutsCount(), whole.getWarningsList().toString());

    suite.services().training().startRun(request("disturbed"));
    Loop.await(suite.services(), "disturbed", run -> run.getEpochsCompleted() >= 2);
    suite.kill(Member.TRAINER);
    suite.up();
    Run interrupted =
        suite
            .services()
            .training()
            .getRun(GetRunRequest.newBuilder().setRunId("disturbed").build())
            .getRun();
    assertEquals(RunState.RUN_STATE_INTERRUPTED, interrupted.getState());
    assertTrue(interrupted.getCheckpointEpochs() >= 1);

    resume();
    Loop.await(suite.services(), "disturbed", run -> run.getEpochsCompleted() >= 4);
    suite.services().training().stopRun(StopRunRequest.newBuilder().setRunId("disturbed").build());
    Run stopped = Loop.await(suite.services(), "disturbed", run -> false);
    assertEquals(RunState.RUN_STATE_STOPPED, stopped.getState(), stopped.getFailure());

    resume();
    Run end = Loop.await(suite.services(), "disturbed", run -> false);

    assertEquals(RunState.RUN_STATE_COMPLETED, end.getState(), end.getFailure());
    assertEquals(whole.getValidationLoss(), end.getValidationLoss());
    assertEquals(whole.getTrainingLoss(), end.getTrainingLoss());
    assertEquals(whole.getBatchesCompleted(), end.getBatchesCompleted());
    assertEquals(weights(whole), weights(end));
    Ranking first = ranking("undisturbed");
    Ranking second = ranking("disturbed");
    assertEquals(first.getGroupsList(), second.getGroupsList());
    assertEquals(first.getSummaries(), second.getSummaries());
    assertEquals(0, second.getMissingEvents());
    suite.replay("disturbed");
  }

  private static void resume() {
    suite
        .services()
        .training()
        .resumeRun(ResumeRunRequest.newBuilder().setRunId("disturbed").build());
  }

  private static Ranking ranking(String runId) throws IOException {
    Ranking newest = Ranking.getDefaultInstance();
    for (var record : suite.bus().read(Topics.RANKINGS, runId, record -> isFinal(record.value()))) {
      newest = record.value() == null ? newest : Ranking.parseFrom(record.value());
    }
    return newest;
  }

  /** A run that is resumed takes its ranking back; that of its end has all epochs. */
  private static boolean isFinal(byte[] ranking) {
    try {
      return ranking != null && Ranking.parseFrom(ranking).getEpochsCompleted() == EPOCHS;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A model that was cut names the pruning; what must be the same is its weights. */
  private static Map<String, ByteString> weights(Run run) throws IOException {
    return OnnxModel.read(suite.layout().models().resolve(run.getModel()))
        .initializers()
        .values()
        .stream()
        .collect(Collectors.toMap(Tensor::name, Tensor::bytes));
  }

  /** Without a penalty, so that no coefficient that comes late makes two runs differ. */
  private static StartRunRequest request(String runId) {
    return Loop.smallRun(runId, EPOCHS)
        .setUnitSummaryEvery(4)
        .setImportance(ImportanceSettings.newBuilder().setPenaltyMode(PenaltyMode.PENALTY_MODE_OFF))
        .addMilestones(
            Milestone.newBuilder()
                .setAfterEpochs(1)
                .setTarget(Target.newBuilder().setParametersShare(0.3)))
        .build();
  }
}
