package dev.espalier.pruner.api;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The service without a broker, with a model store of its own. */
public final class ServiceResource implements QuarkusTestResourceLifecycleManager {
  private Path root;

  @Override
  public Map<String, String> start() {
    try {
      root = Files.createTempDirectory("espalier-pruner");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> properties = new HashMap<>();
    properties.putAll(InMemoryConnector.switchIncomingChannelsToInMemory("bus-in", "guard-in"));
    properties.putAll(
        InMemoryConnector.switchOutgoingChannelsToInMemory(
            "graphs-out", "models-out", "dead-letters-out"));
    properties.put("espalier.models.root", root.toString());
    properties.put("espalier.pruner.max-model-bytes", "1000000");
    properties.put("espalier.pruner.ranking-wait", "300ms");
    properties.put("espalier.pruner.workers", "2");
    properties.put("espalier.pruner.queue", "2");
    return properties;
  }

  @Override
  public void stop() {
    InMemoryConnector.clear();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
