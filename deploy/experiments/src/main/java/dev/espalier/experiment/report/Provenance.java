package dev.espalier.experiment.report;

import java.time.Instant;

/**
 * What an experiment ran on, for whoever repeats it.
 *
 * @param version of Espalier
 * @param commit that it was built from, ending in {@code +changes} where files differed; empty
 *     where it is not known
 * @param java name and version of the virtual machine
 * @param machine operating system and processor architecture
 * @param processors that the virtual machine had
 * @param started when the first cell began
 * @param ended when the last cell was done
 * @param command line that repeats it
 */
public record Provenance(
    String version,
    String commit,
    String java,
    String machine,
    int processors,
    Instant started,
    Instant ended,
    String command) {
  /**
   * The provenance of what this virtual machine does.
   *
   * @param version of Espalier
   * @param commit that it was built from; empty where it is not known
   */
  public static Provenance here(
      String version, String commit, Instant started, Instant ended, String command) {
    return new Provenance(
        version,
        commit,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        started,
        ended,
        command);
  }
}
