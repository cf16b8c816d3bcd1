package dev.espalier.experiment;

import dev.espalier.experiment.ablation.Ablation;
import dev.espalier.experiment.latent.LatentSweep;
import dev.espalier.experiment.pendulum.PendulumExperiment;
import dev.espalier.experiment.sanity.Sanity;
import dev.espalier.experiment.workflow.Workflow;
import java.util.List;

/** The experiments that there are. */
public final class Experiments {
  private Experiments() {}

  /** All of them, in the order in which they are listed; their names differ. */
  public static List<Experiment> all() {
    return List.of(
        new LatentSweep(), new Ablation(), new PendulumExperiment(), new Workflow(), new Sanity());
  }
}
