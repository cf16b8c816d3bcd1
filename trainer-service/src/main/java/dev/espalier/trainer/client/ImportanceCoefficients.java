package dev.espalier.trainer.client;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.run.CoefficientSource;
import io.grpc.Channel;

/** Follows the coefficients that the importance service makes. */
public final class ImportanceCoefficients implements CoefficientSource {
  private final ImportanceServiceGrpc.ImportanceServiceStub importance;

  /**
   * @param importance where the service is
   */
  public ImportanceCoefficients(Channel importance) {
    this.importance = ImportanceServiceGrpc.newStub(importance);
  }

  @Override
  public CoefficientBoard watch(String runId) {
    CoefficientWatch watch = new CoefficientWatch(importance, runId);
    watch.connect();
    return watch.board();
  }
}
