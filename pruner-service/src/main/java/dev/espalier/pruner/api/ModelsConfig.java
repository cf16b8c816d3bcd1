package dev.espalier.pruner.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings {@code espalier.models.*}. */
@ConfigMapping(prefix = "espalier.models")
public interface ModelsConfig {
  /** The model store's root folder. */
  @WithDefault("models")
  String root();
}
