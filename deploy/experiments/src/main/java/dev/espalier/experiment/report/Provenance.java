package dev.espalier.experiment.report;

import java.time.Instant;

/**
 * What an experiment ran on, for whoever repeats it.
 *
 * @param version of Espalier
 * @param code digest of the classes that made the results
 * @param commit of the sources beside them, ending in {@code +changes} where files differed; empty
 *     where it is not known
 * @param dataDigest of the data's files; empty where none was given
 * @param java name and version of the virtual machine
 * @param machine operating system and processor architecture
 * @param processors that the virtual machine had
 * @param started when the folder was taken for the experiment, before its first cell
 * @param command line that repeats it
 */
public record Provenance(
    String version,
    String code,
    String commit,
    String dataDigest,
    String java,
    String machine,
    int processors,
    Instant started,
    String command) {
  /**
   * The provenance of what this virtual machine does.
   *
   * @param version of Espalier
   * @param code digest of the classes
   * @param commit of the sources beside them; empty where it is not known
   * @param dataDigest of the data's files; empty where none was given
   */
  public static Provenance here(
      String version,
      String code,
      String commit,
      String dataDigest,
      Instant started,
      String command) {
    return new Provenance(
        version,
        code,
        commit,
        dataDigest,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        started,
        command);
  }
}
