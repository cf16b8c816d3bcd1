package dev.espalier.trainer.network.rule;

import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;

/** What makes space larger or smaller, convolutions and pooling aside. */
public final class SpatialRules {
  private SpatialRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of(
        "ConvTranspose",
        new ConvTransposeRule(),
        "Resize",
        new ResizeRule(),
        "Upsample",
        new ResizeRule(),
        "Pad",
        new PadRule(),
        "DepthToSpace",
        BlockRules.depthToSpace(),
        "SpaceToDepth",
        BlockRules.spaceToDepth());
  }
}
