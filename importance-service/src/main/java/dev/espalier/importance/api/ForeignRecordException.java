package dev.espalier.importance.api;

/** A record is not what its topic holds. */
final class ForeignRecordException extends Exception {
  private static final long serialVersionUID = 1;

  ForeignRecordException(String message) {
    super(message);
  }
}
