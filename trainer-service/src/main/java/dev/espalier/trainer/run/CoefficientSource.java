package dev.espalier.trainer.run;

import dev.espalier.trainer.penalty.CoefficientBoard;

/** Brings the coefficients of runs. */
@FunctionalInterface
public interface CoefficientSource {
  /**
   * @param runId a run whose log is open
   * @return where its coefficients will be until it is closed
   */
  CoefficientBoard watch(String runId);
}
