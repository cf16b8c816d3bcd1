package dev.espalier.local.cli;

import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Findings;
import dev.espalier.experiment.Setup;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What experiments there are and what they found, as tables and as JSON. */
final class ExperimentTables {
  private static final int SENTENCE = 60;

  private ExperimentTables() {}

  static void list(Console console, List<Experiment> experiments) {
    Table table = new Table("experiment", "asks", "#seeds").limit(1, SENTENCE);
    for (Experiment experiment : experiments) {
      table.row(experiment.name(), experiment.question(), experiment.seeds(false));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("experiment", experiment.name());
      json.put("question", experiment.question());
      json.put("seeds", experiment.seeds(false));
      json.put("seeds_quick", experiment.seeds(true));
      console.result(json);
    }
    console.line(table.toString());
  }

  static void findings(
      Console console, Experiment experiment, Setup setup, Findings findings, Path folder) {
    Table table = new Table("claim", "outcome", "numbers").limit(0, SENTENCE).limit(2, SENTENCE);
    findings
        .verdicts()
        .forEach(
            verdict -> table.row(verdict.claim(), words(verdict.outcome()), verdict.numbers()));
    Path page = folder.resolve("report.html");
    Path result = folder.resolve("result.json");
    console.line(experiment.question());
    console.line("");
    console.line(table.toString());
    if (setup.quick()) {
      console.line("");
      console.line("A quick run shows that it works; its verdicts are not to be relied on.");
    }
    console.line("");
    console.line("in " + folder + ":");
    console.line("  report.html  what was found, with charts and intervals, to read");
    console.line("  result.json  the same for programs");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("experiment", experiment.name());
    json.put("seeds", setup.seeds());
    json.put("quick", setup.quick());
    json.put("verdicts", findings.verdicts().stream().map(ExperimentTables::json).toList());
    json.put("report", page.toString());
    json.put("result", result.toString());
    console.result(json);
  }

  private static Map<String, Object> json(Findings.Verdict verdict) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("claim", verdict.claim());
    json.put("outcome", words(verdict.outcome()).replace(' ', '_'));
    json.put("numbers", verdict.numbers());
    return json;
  }

  private static String words(Findings.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
