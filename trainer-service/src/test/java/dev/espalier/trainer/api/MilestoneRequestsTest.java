package dev.espalier.trainer.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Target;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.StartRunRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MilestoneRequestsTest {
  private static Milestone.Builder after(int epochs) {
    return Milestone.newBuilder()
        .setAfterEpochs(epochs)
        .setTarget(Target.newBuilder().setParametersShare(0.3));
  }

  private static RunSettings settings(Milestone.Builder... milestones) {
    StartRunRequest.Builder request =
        StartRunRequest.newBuilder().setTask("autoencoder").setEpochs(30);
    List.of(milestones).forEach(request::addMilestones);
    return StartRequests.settings(request.build(), Instant.EPOCH, 0);
  }

  private static void invalid(String words, Milestone.Builder... milestones) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> settings(milestones));
    assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void milestonesAreKeptAndNamedInTheSettings() {
    RunSettings settings =
        settings(after(1), after(29).setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR));
    assertEquals(2, settings.request().getMilestonesCount());
    assertTrue(
        settings.describe().get("milestones[1]").startsWith("after_epochs: 29"),
        settings.describe().toString());
  }

  @Test
  void milestonesThatCannotBeReachedOrMadeAreNamed() {
    invalid("milestones[0].after_epochs = \"0\": choose from 1 to 29", after(0));
    invalid("milestones[0].after_epochs = \"30\": choose from 1 to 29", after(30));
    invalid("milestones[1].after_epochs = \"4\": choose from 5 to 29", after(4), after(4));
    invalid("milestones[0].target.amount", after(1).clearTarget());
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      invalid(
          "milestones[0].target.parameters_share",
          after(1).setTarget(Target.newBuilder().setParametersShare(share)));
      invalid(
          "milestones[0].target.macs_share",
          after(1).setTarget(Target.newBuilder().setMacsShare(share)));
    }
    invalid(
        "milestones[0].target.tolerance",
        after(1).setTarget(Target.newBuilder().setTolerance(0.1)));
    invalid(
        "milestones[0].channel_score",
        after(1).setChannelScore(ChannelScore.CHANNEL_SCORE_ACTIVATION));
    invalid(
        "milestones = \"21\"",
        IntStream.rangeClosed(1, 21)
            .mapToObj(MilestoneRequestsTest::after)
            .toArray(Milestone.Builder[]::new));
  }
}
