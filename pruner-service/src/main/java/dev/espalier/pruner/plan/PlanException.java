package dev.espalier.pruner.plan;

/** A cut that cannot be planned as asked: says why and what would work. */
public final class PlanException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public PlanException(String message) {
    super(message);
  }
}
