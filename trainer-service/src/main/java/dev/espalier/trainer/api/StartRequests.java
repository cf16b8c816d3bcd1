package dev.espalier.trainer.api;

import dev.espalier.grpc.Errors;
import dev.espalier.run.RunId;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.StartRunRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Checks requests to start a run and fills in what they leave open. */
final class StartRequests {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private StartRequests() {}

  /**
   * @param now when the request came
   * @param salt tells run ids of the same second apart
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where a field is out of its range
   */
  static RunSettings settings(StartRunRequest request, Instant now, int salt) {
    if (!request.getTask().equals(Autoencoder.NAME)) {
      throw Errors.invalid("task", request.getTask(), "known tasks: " + Autoencoder.NAME);
    }
    AutoencoderSettings autoencoder = request.getAutoencoder();
    if (!request.getModel().isEmpty() && autoencoder.hasLatent()) {
      throw Errors.invalid(
          "autoencoder.latent",
          autoencoder.getLatent(),
          "the given model brings its own; leave out latent or model");
    }
    if (!request.getData().isEmpty() && autoencoder.hasDrawnDigits()) {
      throw Errors.invalid(
          "autoencoder.drawn_digits",
          autoencoder.getDrawnDigits(),
          "nothing is drawn where a data folder is given; leave out drawn_digits or data");
    }
    double rate = request.hasLearningRate() ? request.getLearningRate() : 0.001;
    if (!(rate > 0 && rate <= 1)) {
      throw Errors.invalid("learning_rate", rate, "choose a value above 0 and at most 1");
    }
    return new RunSettings(
        runId(request, now, salt),
        request.getTask(),
        request.getModel(),
        request.getData(),
        within("epochs", request.hasEpochs() ? request.getEpochs() : 5, 1, 10_000),
        within("batch_size", request.hasBatchSize() ? request.getBatchSize() : 128, 1, 65_536),
        rate,
        request.hasSeed() ? request.getSeed() : 1,
        within(
            "autoencoder.latent",
            autoencoder.hasLatent() ? autoencoder.getLatent() : 64,
            1,
            Autoencoder.MOST_LATENT),
        within(
            "autoencoder.drawn_digits",
            autoencoder.hasDrawnDigits() ? autoencoder.getDrawnDigits() : 6000,
            DrawnDigits.FEWEST,
            DrawnDigits.MOST),
        ImportanceRequests.filled(request.getImportance()));
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
