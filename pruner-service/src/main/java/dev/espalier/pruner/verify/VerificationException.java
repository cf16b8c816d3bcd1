package dev.espalier.pruner.verify;

/** A cut that did not hold against its masked twin, or could not be compared with it. */
public final class VerificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public VerificationException(String message) {
    super(message);
  }

  public VerificationException(String message, Throwable cause) {
    super(message, cause);
  }
}
