package dev.espalier.local.cli;

import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.runner.DataDigest;
import dev.espalier.experiment.runner.SetupRecord;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.IdxFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an experiment is asked. */
final class ExperimentOptions {
  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Repetitions of each setting, with seeds 1 to N (default: the experiment's).")
  private Integer seeds;

  @Option(
      names = "--quick",
      description =
          "Make it small: few epochs, little data, few settings. It shows that it runs; what it says"
              + " is not to be relied on.")
  private boolean quick;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder in the MNIST format for the autoencoders (default: drawn digits).")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for the results; what is there already is not worked out again (default:"
              + " espalier-experiments/NAME, with --quick NAME-quick).")
  private Path out;

  @Option(
      names = "--fresh",
      description = "Delete the results of an experiment that are in the folder, and start anew.")
  private boolean fresh;

  boolean fresh() {
    return fresh;
  }

  Path folder(Experiment experiment) {
    String name = experiment.name() + (quick ? "-quick" : "");
    return out != null ? out : Path.of("espalier-experiments", name);
  }

  /**
   * @throws CommandFailure where the data is none, or too few or too many seeds are asked for
   */
  Setup setup(Experiment experiment) throws IOException {
    Optional<Path> folder =
        Optional.ofNullable(data).map(path -> path.toAbsolutePath().normalize());
    try {
      if (folder.isPresent()) {
        IdxFolder.check(folder.get().toString(), Runtime.getRuntime().maxMemory());
      }
      return new Setup(seeds == null ? experiment.seeds(quick) : seeds, quick, folder);
    } catch (InvalidInput e) {
      throw new CommandFailure(
          ExitCode.USAGE, "--data = \"%s\": %s".formatted(e.value(), e.remedy()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage());
    }
  }

  /** Whose results the folder will hold. */
  SetupRecord claim(Experiment experiment, Setup setup, String commit) throws IOException {
    return new SetupRecord(
        experiment.name(),
        quick,
        setup.data().map(Path::toString).orElse(""),
        setup.data().isPresent() ? DataDigest.of(setup.data().get()) : "",
        Espalier.VERSION,
        commit);
  }

  /** The command line that repeats it, into the default folder. */
  static String command(Experiment experiment, Setup setup) {
    return "./espalier experiment %s --seeds %d%s%s"
        .formatted(
            experiment.name(),
            setup.seeds(),
            setup.quick() ? " --quick" : "",
            setup.data().map(path -> " --data " + path).orElse(""));
  }
}
