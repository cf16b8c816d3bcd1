package dev.espalier.pruner.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrunerConfigTest {
  private static PrunerConfig config(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .withMapping(PrunerConfig.class)
        .withConverter(Duration.class, 100, value -> Duration.parse("PT" + value))
        .build()
        .getConfigMapping(PrunerConfig.class);
  }

  @Test
  void hasDefaults() {
    PrunerConfig config = config(Map.of());

    ConfigCheck.check(config);
    assertEquals(512L << 20, config.maxModelBytes());
    assertEquals(2, config.workers());
    assertEquals(16, config.queue());
    assertEquals(1000, config.jobsKept());
    assertEquals(1000, config.runsKept());
    assertEquals(32L << 20, config.runsKeptBytes());
    assertEquals(Duration.ofSeconds(5), config.rankingWait());
    assertEquals(Duration.ofSeconds(30), config.unitsWait());
    assertEquals(Duration.ofSeconds(2), config.publishWait());
    assertEquals(Duration.ofMinutes(10), config.maxPass());
  }

  @Test
  void takesWhatIsSet() {
    PrunerConfig config =
        config(Map.of("espalier.pruner.workers", "7", "espalier.pruner.ranking-wait", "9s"));

    assertEquals(7, config.workers());
    assertEquals(Duration.ofSeconds(9), config.rankingWait());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-model-bytes",
        "workers",
        "queue",
        "jobs-kept",
        "runs-kept",
        "runs-kept-bytes"
      })
  void refusesValuesOutOfBounds(String key) {
    PrunerConfig config = config(Map.of("espalier.pruner." + key, "0"));

    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ConfigCheck.check(config));

    assertTrue(e.getMessage().contains("espalier.pruner." + key + " = 0"), e.getMessage());
  }

  @Test
  void refusesKeysThatItDoesNotKnow() {
    assertThrows(
        ConfigValidationException.class, () -> config(Map.of("espalier.pruner.worker", "2")));
  }
}
