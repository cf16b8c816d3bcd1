package dev.espalier.local.cli;

import dev.espalier.pruning.v1.PruningServiceGrpc.PruningServiceBlockingStub;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.WatchPruningRequest;
import dev.espalier.pruning.v1.WatchPruningResponse;
import java.util.Iterator;
import java.util.Locale;

/** Starts prunings and shows how they go on. */
final class Pruning {
  private static final String PREFIX = "PRUNING_STATE_";

  private final PruningServiceBlockingStub service;
  private final Console console;

  Pruning(PruningServiceBlockingStub service, Console console) {
    this.service = service;
    this.console = console;
  }

  /**
   * @return the pruning, completed
   * @throws CommandFailure where it failed
   */
  dev.espalier.pruning.v1.Pruning prune(StartPruningRequest request) {
    dev.espalier.pruning.v1.Pruning pruning = service.startPruning(request).getPruning();
    Iterator<WatchPruningResponse> changes =
        service.watchPruning(
            WatchPruningRequest.newBuilder().setPruningId(pruning.getPruningId()).build());
    try (Bar bar = new Bar(console, "prune", PruningState.PRUNING_STATE_COMPLETED.getNumber())) {
      while (changes.hasNext()) {
        pruning = changes.next().getPruning();
        bar.to(pruning.getStateValue(), label(pruning.getState()));
      }
    }
    if (pruning.getState() != PruningState.PRUNING_STATE_COMPLETED) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "pruning " + pruning.getPruningId() + " failed: " + pruning.getFailure());
    }
    return pruning;
  }

  private static String label(PruningState state) {
    return state.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
  }
}
