package dev.espalier.trainer.api;

import dev.espalier.onnx.ModelStore;
import dev.espalier.trainer.client.ImportanceCoefficients;
import dev.espalier.trainer.client.PrunerCuts;
import dev.espalier.trainer.client.PrunerGroups;
import dev.espalier.trainer.run.PastRuns;
import dev.espalier.trainer.run.RunEnvironment;
import dev.espalier.trainer.run.RunPhase;
import dev.espalier.trainer.run.RunRegistry;
import dev.espalier.trainer.run.RunTraces;
import dev.espalier.trainer.run.TrainingRun;
import dev.espalier.trainer.stream.EventBuffer;
import dev.espalier.trainer.stream.KafkaEvents;
import dev.espalier.trainer.trace.RunSpans;
import io.grpc.Channel;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Puts the trainer together, starts it and ends it. */
@Singleton
public class TrainerBeans {
  private static final Logger LOG = Logger.getLogger(TrainerBeans.class);

  @Produces
  @Singleton
  EventBuffer eventBuffer(TrainerConfig config) {
    return new EventBuffer(config.bufferBytes());
  }

  @Produces
  @Singleton
  RunRegistry runRegistry() {
    return new RunRegistry(Clock.systemUTC());
  }

  @Produces
  @Singleton
  RunTraces runTraces(
      @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off, Tracer tracer) {
    return off ? RunTraces.NONE : new RunSpans(tracer);
  }

  @Produces
  @Singleton
  RunEnvironment runEnvironment(
      @ConfigProperty(name = "espalier.models.root") Path models,
      @GrpcClient("pruner") Channel pruner,
      @GrpcClient("importance") Channel importance,
      KafkaEvents events,
      RunTraces traces,
      @ConfigProperty(name = "quarkus.application.version") String version,
      TrainerConfig config) {
    return new RunEnvironment(
        new ModelStore(models),
        new PrunerGroups(pruner),
        new PrunerCuts(pruner),
        new ImportanceCoefficients(importance),
        events,
        traces,
        Clock.systemUTC(),
        version,
        config.groupsWait(),
        config.coefficientsWait(),
        config.cutWait());
  }

  void start(
      @Observes StartupEvent event,
      KafkaEvents events,
      RunRegistry runs,
      RunEnvironment environment,
      TrainerConfig config) {
    events.start();
    try {
      PastRuns.all(environment.store(), RunRegistry.MOST_ENDED, environment.clock().instant())
          .forEach(runs::remember);
    } catch (IOException e) {
      LOG.error("earlier runs are not listed: the model store cannot be read", e);
      return;
    }
    if (config.resume()) {
      resume(runs, environment);
    }
  }

  /** Goes on with the runs that were interrupted, as many as may wait. */
  private static void resume(RunRegistry runs, RunEnvironment environment) {
    for (RunRegistry.Listed run : runs.list(Long.MAX_VALUE, RunRegistry.MOST_ENDED).reversed()) {
      String runId = run.snapshot().settings().runId();
      if (run.snapshot().phase() instanceof RunPhase.Interrupted) {
        try {
          runs.resume(
              runs.find(runId).orElseThrow(), handle -> TrainingRun.again(handle, environment));
          LOG.infof("run resumed: run=%s", runId);
        } catch (RunRegistry.FullException e) {
          LOG.warnf("run not resumed, too many wait: run=%s", runId);
        }
      }
    }
  }

  void stop(
      @Observes ShutdownEvent event, RunRegistry runs, KafkaEvents events, TrainerConfig config)
      throws InterruptedException {
    if (!runs.shutDown(config.shutdownWait())) {
      LOG.warn("the run that trains did not end before the shutdown");
    }
    events.stop(config.shutdownWait());
  }
}
