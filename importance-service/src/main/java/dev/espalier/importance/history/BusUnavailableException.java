package dev.espalier.importance.history;

/** The bus could not be read in time; the same may work later. */
public final class BusUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message what was asked of the bus, and what to do
   */
  public BusUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
