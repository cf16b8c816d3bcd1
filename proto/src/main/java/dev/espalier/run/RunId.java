package dev.espalier.run;

/** What a run's id looks like: it is a key on the bus and a folder's name in the model store. */
public final class RunId {
  /** The form in words, for errors. */
  public static final String FORM = "1 to 64 characters of [a-z0-9-]";

  private static final int LONGEST = 64;

  private RunId() {}

  /** Checked with every event, so by hand rather than by a pattern. */
  public static boolean isValid(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
        return false;
      }
    }
    return !id.isEmpty() && id.length() <= LONGEST;
  }
}
