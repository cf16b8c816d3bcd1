package dev.espalier.importance.api;

/** As many streams are open as the view allows. */
final class TooManyWatchersException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooManyWatchersException(int limit) {
    super("at most " + limit + " streams may be open at a time");
  }
}
