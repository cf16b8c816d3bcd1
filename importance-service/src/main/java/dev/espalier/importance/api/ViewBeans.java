package dev.espalier.importance.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Makes the view and says when it is loaded. */
@ApplicationScoped
public class ViewBeans {

  @Produces
  @Singleton
  RunView view(
      @ConfigProperty(name = "espalier.importance.view.runs") int runs,
      @ConfigProperty(name = "espalier.importance.view.bytes") long bytes,
      @ConfigProperty(name = "espalier.importance.view.watchers") int watchers,
      MeterRegistry meters) {
    RunView view = new RunView(runs, bytes, watchers);
    Gauge.builder("espalier.importance.watchers", view, RunView::watching)
        .description("Open coefficient and importance streams")
        .register(meters);
    return view;
  }

  @Produces
  @Readiness
  @ApplicationScoped
  HealthCheck loaded(RunView view) {
    return () -> HealthCheckResponse.named("importance view").status(view.isLoaded()).build();
  }
}
