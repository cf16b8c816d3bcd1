package dev.espalier.trainer.client;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.run.CoefficientSource;
import io.grpc.Channel;
import io.quarkus.grpc.GrpcClient;
import jakarta.enterprise.context.ApplicationScoped;

/** Follows the coefficients that the importance service makes. */
@ApplicationScoped
public class ImportanceCoefficients implements CoefficientSource {
  private final ImportanceServiceGrpc.ImportanceServiceStub importance;

  ImportanceCoefficients(@GrpcClient("importance") Channel importance) {
    this.importance = ImportanceServiceGrpc.newStub(importance);
  }

  @Override
  public CoefficientBoard watch(String runId) {
    CoefficientWatch watch = new CoefficientWatch(importance, runId);
    watch.connect();
    return watch.board();
  }
}
