package dev.espalier.importance.api;

/** As many streams are open as the view allows. */
final class TooManyWatchersException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int limit;

  TooManyWatchersException(int limit) {
    super("at most " + limit + " streams may be open at a time");
    this.limit = limit;
  }

  int limit() {
    return limit;
  }
}
