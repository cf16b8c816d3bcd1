package dev.espalier.trainer.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.run.RunSettings;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.Loss;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.PendulumSettings;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.SupervisedSettings;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T14:45:01Z");

  @Test
  void defaultsAreTheContracts() {
    RunSettings settings = StartRequests.settings(request().build(), NOW, 0xab12);

    assertEquals("autoencoder-20261123-144501-ab12", settings.runId());
    assertEquals(5, settings.epochs());
    assertEquals(128, settings.batchSize());
    assertEquals(0.001, settings.learningRate());
    assertEquals(1, settings.seed());
    assertEquals(64, settings.request().getAutoencoder().getLatent());
    assertEquals(6000, settings.request().getAutoencoder().getDrawnDigits());
    assertEquals(
        ImportanceSettings.newBuilder()
            .setEmaFactor(0.9)
            .setKappa(0.25)
            .setAlphaPrior(2)
            .setBetaPrior(1e-30)
            .setCombination(Combination.COMBINATION_SHARES)
            .addAllMetricWeight(List.of(1.0, 1.0, 1.0))
            .setPeriodEpochs(20)
            .setPenaltyMode(PenaltyMode.PENALTY_MODE_RELATIVE)
            .setPenaltyStrength(0.02)
            .build(),
        settings.importance());
  }

  @Test
  void explicitValuesAreKept() {
    ImportanceSettings importance =
        ImportanceSettings.newBuilder()
            .setEmaFactor(0)
            .setKappa(1)
            .setAlphaPrior(3)
            .setBetaPrior(1e-6)
            .setCombination(Combination.COMBINATION_RANKS)
            .addAllMetricWeight(List.of(0.0, 2.0, 1.0))
            .setPeriodEpochs(4)
            .setPenaltyMode(PenaltyMode.PENALTY_MODE_ABSOLUTE)
            .setPenaltyStrength(0)
            .build();

    RunSettings settings =
        StartRequests.settings(
            request()
                .setRunId("mine")
                .setEpochs(7)
                .setBatchSize(3)
                .setLearningRate(1)
                .setSeed(0)
                .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(9).setDrawnDigits(100))
                .setImportance(importance)
                .build(),
            NOW,
            0);

    assertEquals("mine", settings.runId());
    assertEquals(7, settings.epochs());
    assertEquals(3, settings.batchSize());
    assertEquals(0, settings.seed());
    assertEquals(9, settings.request().getAutoencoder().getLatent());
    assertEquals(100, settings.request().getAutoencoder().getDrawnDigits());
    assertEquals(importance, settings.importance());
  }

  @Test
  void badFieldsAreNamed() {
    assertBad("task", r -> r.setTask("segmentation"));
    assertBad("task", r -> r.clearTask());
    assertBad("run_id", r -> r.setRunId("No Spaces"));
    assertBad("run_id", r -> r.setRunId("a".repeat(65)));
    assertBad("epochs", r -> r.setEpochs(0));
    assertBad("epochs", r -> r.setEpochs(10_001));
    assertBad("batch_size", r -> r.setBatchSize(-1));
    assertBad("batch_size", r -> r.setBatchSize(65_537));
    assertBad("learning_rate", r -> r.setLearningRate(0));
    assertBad("learning_rate", r -> r.setLearningRate(Double.NaN));
    assertBad("learning_rate", r -> r.setLearningRate(1.5));
    assertBad("autoencoder.latent", r -> r.getAutoencoderBuilder().setLatent(0));
    assertBad("autoencoder.latent", r -> r.getAutoencoderBuilder().setLatent(4097));
    assertBad("autoencoder.drawn_digits", r -> r.getAutoencoderBuilder().setDrawnDigits(99));
    assertBad("autoencoder.latent", r -> r.setModel("m").getAutoencoderBuilder().setLatent(8));
    assertBad(
        "autoencoder.drawn_digits",
        r -> r.setData("/d").getAutoencoderBuilder().setDrawnDigits(100));
    assertBad("importance.ema_factor", r -> r.getImportanceBuilder().setEmaFactor(1));
    assertBad("importance.ema_factor", r -> r.getImportanceBuilder().setEmaFactor(Double.NaN));
    assertBad("importance.kappa", r -> r.getImportanceBuilder().setKappa(-1));
    assertBad("importance.alpha_prior", r -> r.getImportanceBuilder().setAlphaPrior(1));
    assertBad("importance.beta_prior", r -> r.getImportanceBuilder().setBetaPrior(Double.NaN));
    assertBad("importance.combination", r -> r.getImportanceBuilder().setCombinationValue(99));
    assertBad("importance.penalty_mode", r -> r.getImportanceBuilder().setPenaltyModeValue(99));
    assertBad("importance.metric_weight", r -> r.getImportanceBuilder().addMetricWeight(1));
    assertBad(
        "importance.metric_weight",
        r -> r.getImportanceBuilder().addAllMetricWeight(List.of(0.0, 0.0, 0.0)));
    assertBad(
        "importance.metric_weight",
        r -> r.getImportanceBuilder().addAllMetricWeight(List.of(1.0, -1.0, 1.0)));
    assertBad(
        "importance.period_epochs",
        r -> r.getImportanceBuilder().setPeriodEpochs(Double.POSITIVE_INFINITY));
    for (double period : new double[] {1e-310, 0.99e-3, 1.01e6, -1, Double.NaN}) {
      assertBad("importance.period_epochs", r -> r.getImportanceBuilder().setPeriodEpochs(period));
    }
    assertBad(
        "importance.penalty_strength", r -> r.getImportanceBuilder().setPenaltyStrength(1e101));
    assertBad("importance.penalty_strength", r -> r.getImportanceBuilder().setPenaltyStrength(-1));
    for (double share : new double[] {-0.1, Double.NaN, 2e100}) {
      assertBad(
          "importance.thresholds.collapsed_share",
          r -> r.getImportanceBuilder().getThresholdsBuilder().setCollapsedShare(share));
    }
  }

  @Test
  void aModelOfTheUsersNeedsDataAndALoss() {
    StartRunRequest.Builder whole =
        StartRunRequest.newBuilder()
            .setTask("supervised")
            .setModel("uploads/net.onnx")
            .setData("/d/data.npz")
            .setSupervised(SupervisedSettings.newBuilder().setLoss(Loss.LOSS_MSE));

    RunSettings settings = StartRequests.settings(whole.build(), NOW, 0);

    assertEquals(0.1, settings.request().getSupervised().getValidationShare());
    assertEquals("LOSS_MSE", settings.describe().get("supervised.loss"));
    assertEquals(16, settings.request().getUnitSummaryEvery());
    assertBad("model", whole.clone().clearModel());
    assertBad("data", whole.clone().clearData());
    assertBad("supervised.loss", whole.clone().clearSupervised());
    assertBad("settings", whole.clone().setPendulum(PendulumSettings.getDefaultInstance()));
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      StartRunRequest.Builder odd = whole.clone();
      odd.getSupervisedBuilder().setValidationShare(share);
      assertBad("supervised.validation_share", odd);
    }
    assertBad("unit_summary_every", whole.clone().setUnitSummaryEvery(-1));
  }

  @Test
  void theAgentPlaysItsOwnData() {
    StartRunRequest.Builder agent = StartRunRequest.newBuilder().setTask("pendulum");

    RunSettings settings = StartRequests.settings(agent.build(), NOW, 0);

    assertEquals(30, settings.epochs());
    assertEquals(10, settings.request().getPendulum().getValidationStarts());
    assertEquals("played", settings.origin());
    assertBad("data", agent.clone().setData("/d"));
    assertBad(
        "pendulum.validation_starts",
        agent.clone().setPendulum(PendulumSettings.newBuilder().setValidationStarts(101)));
  }

  /** What is kept of a run asks for the same once more. */
  @Test
  void filledRequestsAreRequests() {
    for (StartRunRequest.Builder request :
        List.of(
            request(),
            request().setData("/digits"),
            request().setModel("m.onnx"),
            StartRunRequest.newBuilder().setTask("pendulum"))) {
      RunSettings settings = StartRequests.settings(request.build(), NOW, 7);

      assertEquals(settings, StartRequests.settings(settings.request(), NOW, 8));
    }
  }

  @Test
  void theBoundsOfThePeriodAreWithin() {
    for (double period : new double[] {1e-3, 1e6}) {
      StartRunRequest.Builder request = request();
      request.getImportanceBuilder().setPeriodEpochs(period);

      RunSettings settings = StartRequests.settings(request.build(), NOW, 0);

      assertEquals(period, settings.importance().getPeriodEpochs());
    }
  }

  private static void assertBad(String field, Consumer<StartRunRequest.Builder> change) {
    StartRunRequest.Builder request = request();
    change.accept(request);
    assertBad(field, request);
  }

  private static void assertBad(String field, StartRunRequest.Builder request) {
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> StartRequests.settings(request.build(), NOW, 0),
            field);
    assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
    assertTrue(e.getMessage().contains(field + " = "), e.getMessage());
  }

  private static StartRunRequest.Builder request() {
    return StartRunRequest.newBuilder().setTask("autoencoder");
  }
}
