package dev.espalier.pruner.stream;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the bus has been read. */
@Readiness
@ApplicationScoped
public class BusRead implements AsyncHealthCheck {
  private final CatchUp catchUp;

  BusRead(CatchUp catchUp) {
    this.catchUp = catchUp;
  }

  @Override
  public Uni<HealthCheckResponse> call() {
    return catchUp.done().map(up -> HealthCheckResponse.named("bus read").status(up).build());
  }
}
