package dev.espalier.experiment.runner;

/** A folder that cannot take an experiment's results; the message says why and what to do. */
public final class FolderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FolderException(String message) {
    super(message);
  }
}
