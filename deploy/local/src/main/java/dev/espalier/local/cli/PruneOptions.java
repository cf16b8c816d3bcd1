package dev.espalier.local.cli;

import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How much is cut, and by what. */
final class PruneOptions {
  @Option(
      names = "--ratio",
      paramLabel = "R",
      defaultValue = "0.5",
      description =
          "Share of the parameters to remove, above 0 and below 1 (default: ${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--allocation",
      paramLabel = "HOW",
      description =
          "How groups share the cut: importance, uniform or global (default: importance where a"
              + " ranking is known, else global).")
  private AllocationOption allocation;

  @Option(
      names = "--score",
      paramLabel = "S",
      description = "Which units of a group go: l1 or l2 (default: l2).")
  private ScoreOption score;

  enum AllocationOption {
    IMPORTANCE,
    UNIFORM,
    GLOBAL
  }

  enum ScoreOption {
    L1,
    L2
  }

  StartPruningRequest.Builder request() {
    StartPruningRequest.Builder request =
        StartPruningRequest.newBuilder().setTarget(Target.newBuilder().setParametersShare(ratio));
    if (allocation != null) {
      request.setAllocation(Allocation.valueOf("ALLOCATION_" + allocation.name()));
    }
    if (score != null) {
      request.setChannelScore(
          ChannelScore.valueOf("CHANNEL_SCORE_" + score.name().toUpperCase(Locale.ROOT)));
    }
    return request;
  }
}
