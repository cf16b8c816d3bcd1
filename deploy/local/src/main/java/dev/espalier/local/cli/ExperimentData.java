package dev.espalier.local.cli;

import dev.espalier.experiment.Experiment;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.IdxFolder;
import dev.espalier.trainer.data.IdxHeader;
import java.io.IOException;
import java.nio.file.Path;

/** A folder of images that an experiment is given. */
final class ExperimentData {
  /** Height and width of the images that the experiments' autoencoders are made for. */
  private static final int SIDE = 28;

  private ExperimentData() {}

  /**
   * Finds what is wrong with the data before anything runs.
   *
   * @param atOnce cells that may have it in memory at the same time
   * @throws InvalidInput where it is no data for the experiment; says why
   */
  static void check(Experiment experiment, Path folder, int atOnce) throws IOException {
    if (!experiment.usesData()) {
      throw new InvalidInput(
          "data",
          folder.toString(),
          experiment.name() + " trains an agent on what it plays itself; leave --data out");
    }
    long heap = Runtime.getRuntime().maxMemory();
    IdxHeader images = IdxFolder.check(folder.toString(), heap);
    if (images.rows() != SIDE || images.columns() != SIDE) {
      throw new InvalidInput(
          "data",
          folder.toString(),
          "its images are %d x %d; give images of %d x %d"
              .formatted(images.rows(), images.columns(), SIDE, SIDE));
    }
    if (atOnce > 1) {
      try {
        IdxFolder.check(folder.toString(), heap / atOnce);
      } catch (InvalidInput e) {
        throw new InvalidInput(
            "data",
            e.value(),
            "is too large for %d cells at the same time; give fewer images, or fewer cells with --parallel"
                .formatted(atOnce));
      }
    }
  }
}
