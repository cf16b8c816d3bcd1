package dev.espalier.trainer.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be configured of the trainer. An unknown key is an error at the start. */
@ConfigMapping(prefix = "espalier.trainer")
public interface TrainerConfig {
  /** How long the start of training waits for the pruner to name the groups. */
  @WithDefault("10s")
  Duration groupsWait();

  /** How long the start of an epoch waits for its coefficients. */
  @WithDefault("2s")
  Duration coefficientsWait();

  /** How long a milestone waits for its cut; then the run goes on without. */
  @WithDefault("60s")
  Duration cutWait();

  /** Bytes of events that may wait for the broker before summaries are dropped. */
  @WithDefault("16777216")
  long bufferBytes();

  /** How long a shutdown waits for the run that trains, and again for its events to leave. */
  @WithDefault("5s")
  Duration shutdownWait();

  /** Whether runs that were interrupted are resumed when the service starts. */
  @WithDefault("false")
  boolean resume();
}
