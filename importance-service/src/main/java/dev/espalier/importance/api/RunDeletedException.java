package dev.espalier.importance.api;

/** The run that is watched was deleted. */
final class RunDeletedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RunDeletedException() {
    super("the run was deleted, nothing more will come of it");
  }
}
