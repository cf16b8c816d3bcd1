package dev.espalier.trainer.run;

import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Cuts the models of runs that train. */
@FunctionalInterface
public interface CutSource {
  /**
   * Asks for a cut, again while nobody answers.
   *
   * @param longest after which to give up
   * @return done within that time; fails where the cut is refused or nobody answered, with the
   *     reason as its message; cancelling it ends the asking
   */
  CompletableFuture<CutRunResponse> cut(CutRunRequest request, Duration longest);
}
