package dev.espalier.experiment.chart;

/** A chart that this machine cannot draw; says what it lacks. */
public final class DrawingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DrawingException(String message, Throwable cause) {
    super(message, cause);
  }
}
