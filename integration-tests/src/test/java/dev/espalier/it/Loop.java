package dev.espalier.it;

import dev.espalier.local.client.Services;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import dev.espalier.pruning.v1.WatchPruningRequest;
import dev.espalier.pruning.v1.WatchPruningResponse;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.WatchRunRequest;
import dev.espalier.training.v1.WatchRunResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Drives the services as a client would. */
final class Loop {
  private static final int LIMIT_SECONDS = 120;

  private Loop() {}

  /** A small autoencoder on few drawn digits. */
  static StartRunRequest.Builder smallRun(String runId, int epochs) {
    return StartRunRequest.newBuilder()
        .setTask("autoencoder")
        .setRunId(runId)
        .setEpochs(epochs)
        .setBatchSize(64)
        .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(16).setDrawnDigits(640));
  }

  static Run train(Services services, StartRunRequest request) {
    services.training().startRun(request);
    return await(services, request.getRunId(), run -> false);
  }

  /** Follows a run until it ends or a state fits. */
  static Run await(Services services, String runId, Predicate<Run> enough) {
    Iterator<WatchRunResponse> changes =
        services
            .training()
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
            .watchRun(WatchRunRequest.newBuilder().setRunId(runId).build());
    Run run = Run.getDefaultInstance();
    while (changes.hasNext()) {
      run = changes.next().getRun();
      if (enough.test(run)) {
        return run;
      }
    }
    return run;
  }

  static StartPruningRequest.Builder cut(double share) {
    return StartPruningRequest.newBuilder()
        .setTarget(Target.newBuilder().setParametersShare(share));
  }

  static Pruning prune(Services services, StartPruningRequest request) {
    Pruning pruning = start(services, request);
    Iterator<WatchPruningResponse> changes =
        services
            .pruning()
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
            .watchPruning(
                WatchPruningRequest.newBuilder().setPruningId(pruning.getPruningId()).build());
    while (changes.hasNext()) {
      pruning = changes.next().getPruning();
    }
    return pruning;
  }

  /** Asks again where a pruner that has just come back has not read the ranking yet. */
  private static Pruning start(Services services, StartPruningRequest request) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (true) {
      try {
        return services.pruning().startPruning(request).getPruning();
      } catch (StatusRuntimeException e) {
        boolean early =
            e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION
                && String.valueOf(e.getMessage()).contains("no ranking yet");
        if (!early || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }
}
