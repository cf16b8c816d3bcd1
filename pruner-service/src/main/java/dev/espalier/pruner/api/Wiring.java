package dev.espalier.pruner.api;

import dev.espalier.onnx.ModelStore;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.job.Jobs;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.job.Outbox;
import dev.espalier.pruner.job.PruningRunner;
import dev.espalier.pruner.job.RunCutter;
import dev.espalier.pruner.stream.Records;
import dev.espalier.pruner.stream.RunViews;
import dev.espalier.pruner.stream.UnitTopic;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the plain objects of the service together. */
class Wiring {
  @Produces
  @Singleton
  Jobs jobs(PrunerConfig config) {
    return new Jobs(config.jobsKept());
  }

  @Produces
  @Singleton
  RunViews views(PrunerConfig config) {
    return new RunViews(config.runsKept(), config.runsKeptBytes());
  }

  @Produces
  @Singleton
  Records records(RunViews views, Jobs jobs) {
    return new Records(views, jobs);
  }

  @Produces
  @Singleton
  ModelFiles files(ModelsConfig models, PrunerConfig config) {
    return new ModelFiles(
        new ModelStore(Path.of(models.root())),
        config.maxModelBytes(),
        Runtime.getRuntime().maxMemory());
  }

  @Produces
  @Singleton
  Outbox outbox(ModelFiles files) {
    return new Outbox(files.store());
  }

  @Produces
  @Singleton
  PruneFile pruneFile(@ConfigProperty(name = "quarkus.application.version") String version) {
    return new PruneFile(new Pruner(), Clock.systemUTC(), version);
  }

  /** With the settings of the broker that every channel has. */
  @Produces
  @Singleton
  UnitTopic units(
      @Identifier("default-kafka-broker") Map<String, Object> broker, PrunerConfig config) {
    Map<String, Object> settings = new HashMap<>(broker);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    return new UnitTopic(() -> new KafkaConsumer<>(settings, bytes, bytes), config.unitsWait());
  }

  @Produces
  @Singleton
  RunCutter cutter(ModelFiles files, PruneFile pruneFile, UnitTopic units) {
    return new RunCutter(files, pruneFile, Clock.systemUTC(), new SecureRandom(), units);
  }

  @Produces
  @Singleton
  PruningRunner runner(
      Jobs jobs,
      ModelFiles files,
      PruneFile pruneFile,
      Workers workers,
      UnitTopic units,
      Results results) {
    return new PruningRunner(
        jobs,
        files,
        pruneFile,
        workers.prunings(),
        Clock.systemUTC(),
        new SecureRandom(),
        units,
        results::publish);
  }
}
