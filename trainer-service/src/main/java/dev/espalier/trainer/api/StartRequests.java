package dev.espalier.trainer.api;

import dev.espalier.grpc.Errors;
import dev.espalier.run.RunId;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.trainer.tdmpc.PendulumTdMpc;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.Loss;
import dev.espalier.training.v1.PendulumSettings;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.StartRunRequest.SettingsCase;
import dev.espalier.training.v1.SupervisedSettings;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Checks requests to start a run and fills in what they leave open. */
public final class StartRequests {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int AGENT_EPOCHS = 30;
  private static final int MOST_UNIT_INTERVAL = 1_000_000;

  private StartRequests() {}

  /**
   * @param now when the request came
   * @param salt tells run ids of the same second apart
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where a field is out of its range
   */
  public static RunSettings settings(StartRunRequest request, Instant now, int salt) {
    StartRunRequest.Builder filled =
        switch (request.getTask()) {
          case Autoencoder.NAME -> autoencoder(request);
          case RunSettings.SUPERVISED -> supervised(request);
          case RunSettings.PENDULUM -> pendulum(request);
          default ->
              throw Errors.invalid(
                  "task",
                  request.getTask(),
                  "known tasks: " + String.join(", ", RunSettings.TASKS));
        };
    boolean agent = request.getTask().equals(RunSettings.PENDULUM);
    double usual = agent ? PendulumTdMpc.LEARNING_RATE : 0.001;
    double rate = request.hasLearningRate() ? request.getLearningRate() : usual;
    if (!(rate > 0 && rate <= 1)) {
      throw Errors.invalid("learning_rate", rate, "choose a value above 0 and at most 1");
    }
    int epochs =
        within(
            "epochs",
            request.hasEpochs() ? request.getEpochs() : agent ? AGENT_EPOCHS : 5,
            1,
            10_000);
    MilestoneRequests.check(request.getMilestonesList(), epochs);
    return new RunSettings(
        filled
            .setRunId(runId(request, now, salt))
            .setEpochs(epochs)
            .setBatchSize(
                within(
                    "batch_size", request.hasBatchSize() ? request.getBatchSize() : 128, 1, 65_536))
            .setLearningRate(rate)
            .setSeed(request.hasSeed() ? request.getSeed() : 1)
            .setUnitSummaryEvery(
                within(
                    "unit_summary_every",
                    request.hasUnitSummaryEvery() ? request.getUnitSummaryEvery() : 16,
                    0,
                    MOST_UNIT_INTERVAL))
            .setImportance(ImportanceRequests.filled(request.getImportance()))
            .build());
  }

  private static StartRunRequest.Builder autoencoder(StartRunRequest request) {
    checkSettings(request, SettingsCase.AUTOENCODER);
    AutoencoderSettings given = request.getAutoencoder();
    if (!request.getModel().isEmpty() && given.hasLatent()) {
      throw Errors.invalid(
          "autoencoder.latent",
          given.getLatent(),
          "the given model brings its own; leave out latent or model");
    }
    if (!request.getData().isEmpty() && given.hasDrawnDigits()) {
      throw Errors.invalid(
          "autoencoder.drawn_digits",
          given.getDrawnDigits(),
          "nothing is drawn where a data folder is given; leave out drawn_digits or data");
    }
    AutoencoderSettings.Builder filled = AutoencoderSettings.newBuilder();
    if (request.getModel().isEmpty()) {
      filled.setLatent(
          within(
              "autoencoder.latent",
              given.hasLatent() ? given.getLatent() : Autoencoder.DEFAULT_LATENT,
              1,
              Autoencoder.MOST_LATENT));
    }
    if (request.getData().isEmpty()) {
      filled.setDrawnDigits(
          within(
              "autoencoder.drawn_digits",
              given.hasDrawnDigits() ? given.getDrawnDigits() : 6000,
              DrawnDigits.FEWEST,
              DrawnDigits.MOST));
    }
    return request.toBuilder().setAutoencoder(filled);
  }

  private static StartRunRequest.Builder supervised(StartRunRequest request) {
    checkSettings(request, SettingsCase.SUPERVISED);
    required("model", request.getModel(), "name an ONNX file in the model store");
    required("data", request.getData(), "give the absolute path of an .npz file");
    SupervisedSettings given = request.getSupervised();
    if (given.getLoss() == Loss.LOSS_UNSPECIFIED || given.getLoss() == Loss.UNRECOGNIZED) {
      throw Errors.invalid(
          "supervised.loss", given.getLoss(), "choose LOSS_MSE, LOSS_CROSS_ENTROPY or LOSS_BCE");
    }
    double share = given.hasValidationShare() ? given.getValidationShare() : 0.1;
    if (!(share > 0 && share < 1)) {
      throw Errors.invalid(
          "supervised.validation_share", share, "choose a share above 0 and below 1");
    }
    return request.toBuilder().setSupervised(given.toBuilder().setValidationShare(share));
  }

  private static StartRunRequest.Builder pendulum(StartRunRequest request) {
    checkSettings(request, SettingsCase.PENDULUM);
    if (!request.getData().isEmpty()) {
      throw Errors.invalid("data", request.getData(), "the agent plays its own; leave it out");
    }
    PendulumSettings given = request.getPendulum();
    int starts = given.hasValidationStarts() ? given.getValidationStarts() : 10;
    return request.toBuilder()
        .setPendulum(
            PendulumSettings.newBuilder()
                .setValidationStarts(within("pendulum.validation_starts", starts, 1, 100)));
  }

  private static void checkSettings(StartRunRequest request, SettingsCase fit) {
    SettingsCase given = request.getSettingsCase();
    if (given != fit && given != SettingsCase.SETTINGS_NOT_SET) {
      throw Errors.invalid(
          "settings",
          given.name().toLowerCase(java.util.Locale.ROOT),
          "task " + request.getTask() + " takes its own settings only");
    }
  }

  private static void required(String field, String value, String remedy) {
    if (value.isEmpty()) {
      throw Errors.invalid(field, value, remedy);
    }
  }

  private static String runId(StartRunRequest request, Instant now, int salt) {
    if (request.getRunId().isEmpty()) {
      return request.getTask()
          + "-"
          + STAMP.format(now)
          + "-"
          + String.format("%04x", salt & 0xffff);
    }
    return checkedRunId(request.getRunId());
  }

  /**
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where it is no run id
   */
  static String checkedRunId(String runId) {
    if (!RunId.isValid(runId)) {
      throw Errors.invalid("run_id", runId, "use 1 to 64 characters of [a-z0-9-]");
    }
    return runId;
  }

  private static int within(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw Errors.invalid(field, value, "choose from " + least + " to " + most);
    }
    return value;
  }
}
