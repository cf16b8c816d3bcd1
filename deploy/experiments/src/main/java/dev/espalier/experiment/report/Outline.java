package dev.espalier.experiment.report;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What both forms of a report say.
 *
 * @param name the experiment's
 * @param command line that repeats it
 * @param facts about where the numbers come from, by their names
 * @param files names of the CSV files
 * @param pictures SVG of each chart by its name; empty where none could be drawn
 * @param hindrance why there are no pictures
 */
record Outline(
    String name,
    String question,
    boolean quick,
    Findings findings,
    String command,
    SequencedMap<String, String> facts,
    List<String> files,
    Map<String, String> pictures,
    Optional<String> hindrance) {
  static final String QUICK =
      "This was a quick run, on little data and for few epochs: it shows that the experiment works,"
          + " not what it would find.";

  static Outline of(
      Experiment experiment,
      Setup setup,
      Provenance provenance,
      List<CellResult> results,
      Findings findings,
      List<String> files,
      Map<String, String> pictures,
      Optional<String> hindrance) {
    return new Outline(
        experiment.name(),
        experiment.question(),
        setup.quick(),
        findings,
        provenance.command(),
        facts(experiment, setup, provenance, results),
        files,
        pictures,
        hindrance);
  }

  private static SequencedMap<String, String> facts(
      Experiment experiment, Setup setup, Provenance provenance, List<CellResult> results) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("Espalier", provenance.version());
    facts.put("Code", "SHA-256 of its classes " + provenance.code());
    if (!provenance.commit().isEmpty()) {
      facts.put("Sources", "at commit " + provenance.commit());
    }
    facts.put("Seeds", Shown.whole(setup.seeds()));
    facts.put(
        "Data",
        experiment.usesData()
            ? setup.data().map(Outline::folder).orElse("digits drawn by Espalier")
            : "what the agent plays itself");
    facts.put("Cells", Shown.whole(results.size()));
    long runs = results.stream().mapToLong(result -> result.runs().size()).sum();
    facts.put("Training runs", Shown.whole(runs));
    facts.put("Started", Shown.time(provenance.started()));
    long seconds = (long) results.stream().mapToDouble(CellResult::seconds).sum();
    facts.put("All cells together", Shown.duration(Duration.ofSeconds(seconds)));
    facts.put("Machine", provenance.machine());
    facts.put("Processors", Shown.whole(provenance.processors()));
    facts.put("Java", provenance.java());
    return facts;
  }

  private static String folder(Path data) {
    return "MNIST format, from the folder "
        + (data.getFileName() == null ? data : data.getFileName());
  }
}
