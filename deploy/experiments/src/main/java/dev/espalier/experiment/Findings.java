package dev.espalier.experiment;

import dev.espalier.experiment.chart.Chart;
import java.util.List;

/**
 * What an experiment found.
 *
 * @param verdicts the claims that it tested, one after the other
 * @param sections figures and tables to read, in order
 */
public record Findings(List<Verdict> verdicts, List<Section> sections) {
  public Findings {
    verdicts = List.copyOf(verdicts);
    sections = List.copyOf(sections);
  }

  /** What became of a claim. */
  public enum Outcome {
    CONFIRMED,
    NOT_CONFIRMED,
    DEPENDS,
    /** Nothing is claimed, an interval is too wide to decide, or too little was run to say. */
    OPEN
  }

  /**
   * @param claim in a sentence
   * @param outcome what became of it
   * @param numbers that say so, in words
   */
  public record Verdict(String claim, Outcome outcome, String numbers) {}

  /**
   * @param title of a few words
   * @param text what is seen, in a few plain sentences; may be empty
   * @param charts to look at; names apart over all sections
   * @param tables small ones, to read; long ones are left to the CSV files
   */
  public record Section(String title, String text, List<Chart> charts, List<Table> tables) {
    public Section {
      charts = List.copyOf(charts);
      tables = List.copyOf(tables);
    }
  }
}
