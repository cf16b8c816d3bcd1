package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.Topics;
import dev.espalier.local.log.Compared;
import dev.espalier.local.suite.Member;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Training goes on while the others die; what comes back has the state it would have had. */
@ExtendWith(SharedSuite.class)
class FaultIT {
  private static final int EPOCHS = 12;

  private static SuiteUnderTest suite;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void aKilledImportanceServiceComesBackWithTheSameRanking() throws IOException {
    assertRunSurvives("importance-killed", Member.IMPORTANCE);
  }

  @Test
  void aKilledBrokerLosesNothingThatItTook() throws IOException {
    assertRunSurvives("broker-killed", Member.BROKER);
  }

  @Test
  void aKilledPrunerPrunesAgain() throws IOException {
    assertRunSurvives("pruner-killed", Member.PRUNER);
  }

  @Test
  void oneAfterTheOtherLeavesNoTrace() throws IOException {
    assertRunSurvives("both-killed", Member.IMPORTANCE, Member.BROKER);
  }

  private static void assertRunSurvives(String runId, Member... victims) throws IOException {
    suite.services().training().startRun(Loop.smallRun(runId, EPOCHS).build());
    Loop.await(suite.services(), runId, run -> run.getEpochsCompleted() >= 2);

    for (Member victim : victims) {
      suite.kill(victim);
      suite.up();
    }
    Run run = Loop.await(suite.services(), runId, r -> false);

    assertEquals(RunState.RUN_STATE_COMPLETED, run.getState(), run.getFailure());
    assertEquals(EPOCHS, run.getEpochsCompleted());
    Ranking live = Ranking.parseFrom(suite.bus().first(Topics.RANKINGS, runId).value());
    suite.bus().read(Topics.IMPORTANCE, runId, Parsed::isFinal);
    Compared compared = suite.replay(runId);
    assertEquals(EPOCHS + 2, compared.snapshots());
    assertEquals(1, compared.rankings());
    assertEquals(run.getDroppedSummaries(), live.getMissingEvents());
    assertEquals(run.getBatchesCompleted(), live.getSummaries() + live.getMissingEvents());

    Pruning pruning = Loop.prune(suite.services(), Loop.cut(0.3).setRunId(runId).build());
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    assertTrue(pruning.getResult().getVerification().getMaxRelative() < 1e-4);
  }
}
