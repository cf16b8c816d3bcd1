package dev.espalier.importance.api;

/** As many streams read the past as may do so at a time. */
final class TooManyReplaysException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooManyReplaysException(int limit) {
    super("at most " + limit + " streams may read from the beginning at a time, ask again later");
  }
}
