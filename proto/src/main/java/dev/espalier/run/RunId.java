package dev.espalier.run;

import java.util.regex.Pattern;

/** What a run's id looks like: it is a key on the bus and a folder's name in the model store. */
public final class RunId {
  /** The form in words, for errors. */
  public static final String FORM = "1 to 64 characters of [a-z0-9-]";

  private static final Pattern VALID = Pattern.compile("[a-z0-9-]{1,64}");

  private RunId() {}

  public static boolean isValid(String id) {
    return VALID.matcher(id).matches();
  }
}
