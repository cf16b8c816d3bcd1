package dev.espalier.trainer.run;

import dev.espalier.graph.v1.DependencyGraph;
import java.util.concurrent.CompletableFuture;

/** Knows the coupled groups of models. */
@FunctionalInterface
public interface GroupSource {
  /**
   * Asks for a model's groups, again and again while nobody answers.
   *
   * @param model the model, relative to the model store's root
   * @param runId the run that it belongs to
   * @return fails where the model is refused, with the reason as its message; cancelling it ends
   *     the asking
   */
  CompletableFuture<DependencyGraph> ask(String model, String runId);
}
