package dev.espalier.experiment;

import java.util.List;
import java.util.Optional;

/** The experiments that there are. */
public final class Experiments {
  private Experiments() {}

  /** All of them, in the order in which they are listed; their names differ. */
  public static List<Experiment> all() {
    return List.of();
  }

  /** The one of a name. */
  public static Optional<Experiment> find(String name) {
    return all().stream().filter(experiment -> experiment.name().equals(name)).findFirst();
  }
}
