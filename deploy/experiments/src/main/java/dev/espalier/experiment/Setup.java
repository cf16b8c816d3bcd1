package dev.espalier.experiment;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a person asks of an experiment.
 *
 * @param seeds how many repetitions, at least 1
 * @param quick whether to make it small: few epochs, little data, few settings; what it says then
 *     only shows that it runs
 * @param data folder in the MNIST format, absolute; empty where digits are drawn
 */
public record Setup(int seeds, boolean quick, Optional<Path> data) {
  public Setup {
    if (seeds < 1 || seeds > 1000) {
      throw new IllegalArgumentException("seeds = " + seeds + ": choose from 1 to 1000");
    }
  }
}
