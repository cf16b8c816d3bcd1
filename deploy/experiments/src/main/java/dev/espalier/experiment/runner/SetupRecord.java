package dev.espalier.experiment.runner;

import java.util.ArrayList;
import java.util.List;

/**
 * Whose results a folder holds. Results of another one must not come among them; how many seeds are
 * asked for does not matter.
 *
 * @param experiment its name
 * @param quick whether it is made small
 * @param data folder of the data; empty where digits are drawn
 * @param dataDigest of the data's files; empty where digits are drawn
 * @param version of Espalier
 * @param code digest of what makes the results, as {@link CodeDigest} has it
 * @param commit of the sources beside it, to find them again; empty where that is not known. What
 *     runs may have been built from others
 */
public record SetupRecord(
    String experiment,
    boolean quick,
    String data,
    String dataDigest,
    String version,
    String code,
    String commit) {
  /** So many digits tell two digests apart for a person. */
  private static final int SHOWN = 12;

  /**
   * What keeps results of the other from coming among these, in words; empty where nothing does.
   */
  List<String> differences(SetupRecord other) {
    List<String> differences = new ArrayList<>();
    compare("experiment", experiment, other.experiment, differences);
    compare("quick", String.valueOf(quick), String.valueOf(other.quick), differences);
    if (!dataDigest.equals(other.dataDigest)) {
      differences.add("data is that of " + named(data) + ", not of " + named(other.data));
    }
    compare("version", version, other.version, differences);
    if (!code.equals(other.code)) {
      differences.add("code is " + coded() + ", not " + other.coded());
    }
    return differences;
  }

  private static void compare(String what, String here, String asked, List<String> differences) {
    if (!here.equals(asked)) {
      differences.add(what + " is " + here + ", not " + asked);
    }
  }

  private String coded() {
    String digest = code.length() <= SHOWN ? code : code.substring(0, SHOWN);
    return commit.isEmpty() ? digest : digest + " (commit " + commit + ")";
  }

  private static String named(String folder) {
    return folder.isEmpty() ? "drawn digits" : folder;
  }
}
