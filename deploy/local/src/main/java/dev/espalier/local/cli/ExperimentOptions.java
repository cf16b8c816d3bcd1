package dev.espalier.local.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.runner.CodeDigest;
import dev.espalier.experiment.runner.DataDigest;
import dev.espalier.experiment.runner.SetupRecord;
import dev.espalier.trainer.InvalidInput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an experiment is asked. */
final class ExperimentOptions {
  /** What a cell takes at most, the engine's memory with it. */
  private static final long CELL_BYTES = 3L << 29;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Repetitions of each setting, with seeds 1 to N (default: the experiment's).")
  private Integer seeds;

  @Option(
      names = "--quick",
      description =
          "Make it small: few epochs, little data (of a folder all that is in it), few settings. It"
              + " shows that it runs; what it says is not to be relied on.")
  private boolean quick;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder in the MNIST format, of images of 28 x 28, for the autoencoders (default: drawn"
              + " digits).")
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

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "Cells at the same time (default: one a processor, as far as there are 1.5 GiB of memory"
              + " for each). Results do not depend on it.")
  private Integer parallel;

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
    int atOnce = parallel();
    try {
      if (folder.isPresent()) {
        ExperimentData.check(experiment, folder.get(), atOnce);
      }
      return new Setup(seeds == null ? experiment.seeds(quick) : seeds, quick, folder);
    } catch (InvalidInput e) {
      throw new CommandFailure(
          ExitCode.USAGE, "--data = \"%s\": %s".formatted(e.value(), e.remedy()));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage());
    }
  }

  /**
   * How many cells may be at work at the same time.
   *
   * @throws CommandFailure where more than the processors are asked for
   */
  int parallel() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (parallel == null) {
      return atOnce(processors, memory());
    }
    if (parallel < 1 || parallel > processors) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--parallel = %d: choose from 1 to the %d processors that there are"
              .formatted(parallel, processors));
    }
    return parallel;
  }

  /**
   * @param memory bytes of the machine, or of what this process may have of it
   */
  static int atOnce(int processors, long memory) {
    return (int) Math.clamp(memory / CELL_BYTES, 1, processors);
  }

  private static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Whose results the folder will hold. */
  SetupRecord claim(Experiment experiment, Setup setup, String commit) throws IOException {
    return new SetupRecord(
        experiment.name(),
        quick,
        setup.data().map(Path::toString).orElse(""),
        setup.data().isPresent() ? DataDigest.of(setup.data().get()) : "",
        Espalier.VERSION,
        CodeDigest.here(),
        commit);
  }

  /** The command line that repeats it, into the default folder. */
  static String command(Experiment experiment, Setup setup) {
    return "./espalier experiment %s --seeds %d%s%s"
        .formatted(
            experiment.name(),
            setup.seeds(),
            setup.quick() ? " --quick" : "",
            setup.data().map(path -> " --data " + quoted(path.toString())).orElse(""));
  }

  /** As a shell takes it for one word. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./+:@%=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
