package dev.espalier.experiment.runner;

import dev.espalier.experiment.Cell;

/** A cell that could not be worked out; the message says which, why, and how to go on. */
public final class CellFailure extends Exception {
  private static final long serialVersionUID = 1L;

  CellFailure(Cell cell, Throwable cause, String remedy) {
    super("cell " + cell.key() + " failed: " + words(cause) + "; " + remedy, cause);
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank() || cause instanceof Error
        ? cause.toString()
        : message;
  }
}
