package dev.espalier.local.cli;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Experiments;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.chart.DrawingException;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.report.Provenance;
import dev.espalier.experiment.report.Reports;
import dev.espalier.experiment.runner.BenchMaker;
import dev.espalier.experiment.runner.CellFailure;
import dev.espalier.experiment.runner.ExperimentFolder;
import dev.espalier.experiment.runner.ExperimentRunner;
import dev.espalier.experiment.runner.SetupRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = {
      "Put a question to many training runs, and say what they answer together.",
      "",
      "Without a name, or with --list: the experiments that there are. Each point of an experiment's"
          + " grid is kept as soon as it is done; the same command goes on where one was ended."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier experiment --list",
      "  ./espalier experiment latent-sweep --quick",
      "  ./espalier experiment latent-sweep --seeds 10 --data mnist/ --out latent/"
    })
final class ExperimentCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The experiment.")
  private String name;

  @Option(names = "--list", description = "List the experiments and what they ask.")
  private boolean list;

  @Mixin private ExperimentOptions asked;

  @Mixin private Options options;

  private final List<Experiment> experiments;
  private final BenchMaker benches;

  ExperimentCommand() {
    this(Experiments.all(), Benches::new);
  }

  ExperimentCommand(List<Experiment> experiments, BenchMaker benches) {
    this.experiments = experiments;
    this.benches = benches;
  }

  @Override
  public Integer call() {
    Console console = options.console();
    if (list || name == null) {
      ExperimentTables.list(console, experiments);
      return ExitCode.OK;
    }
    try {
      return run(console, experiment());
    } catch (CellFailure e) {
      throw new CommandFailure(ExitCode.FAILED, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Experiment experiment() {
    return experiments.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "NAME = \"%s\": there is no such experiment; choose from %s"
                        .formatted(
                            name,
                            experiments.stream()
                                .map(Experiment::name)
                                .collect(Collectors.joining(", ")))));
  }

  private int run(Console console, Experiment experiment) throws CellFailure, IOException {
    Setup setup = asked.setup(experiment);
    SetupRecord claim = asked.claim(experiment, setup, commit());
    Path out = asked.folder(experiment);
    Files.prepare(out);
    try (Interruption interruption = Interruption.ofThisThread()) {
      try (ExperimentFolder folder = ExperimentFolder.open(out, claim, asked.fresh())) {
        return report(
            console, experiment, setup, claim, folder, results(console, experiment, setup, folder));
      } catch (InterruptedException e) {
        console.error(
            "interrupted; what is done is kept in %s, the same command goes on from there"
                .formatted(out.toAbsolutePath().normalize()));
        return ExitCode.INTERRUPTED;
      }
    }
  }

  private static String commit() {
    return System.getProperty("espalier.commit", "");
  }

  private List<CellResult> results(
      Console console, Experiment experiment, Setup setup, ExperimentFolder folder)
      throws CellFailure, IOException, InterruptedException {
    try (CellBar bar = new CellBar(console, experiment.cells(setup).size())) {
      int workers = asked.parallel();
      return new ExperimentRunner(experiment, setup, benches, workers, bar).run(folder);
    }
  }

  private static int report(
      Console console,
      Experiment experiment,
      Setup setup,
      SetupRecord claim,
      ExperimentFolder folder,
      List<CellResult> results)
      throws IOException {
    Findings findings = experiment.findings(setup, results);
    Provenance provenance =
        Provenance.here(
            claim.version(),
            claim.code(),
            claim.commit(),
            claim.dataDigest(),
            folder.started(),
            ExperimentOptions.command(experiment, setup));
    String notDrawn = "";
    try {
      Reports.write(folder.path(), experiment, setup, provenance, results, findings);
    } catch (DrawingException e) {
      notDrawn = e.getMessage();
    }
    ExperimentTables.findings(console, experiment, setup, findings, folder.path());
    if (!notDrawn.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED, "the charts are missing, all else is written: " + notDrawn);
    }
    return ExitCode.OK;
  }
}
