package dev.espalier.local.cli;

import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.ComponentShares;
import dev.espalier.pruning.v1.Constraints;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How much is cut, by what, and what must stay. */
final class PruneOptions {
  private static final double USUAL_RATIO = 0.5;

  @ArgGroup private TargetOption target = new TargetOption();

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
      description =
          "Which units of a group go: l1 or l2 by their weights; activation or taylor on"
              + " calibration data; gradient or fisher as a run recorded them (default: l2).")
  private ScoreOption score;

  @Option(
      names = "--protect",
      paramLabel = "GROUP",
      split = ",",
      description = "Groups that stay whole: ids, or patterns with *.")
  private List<String> protectedGroups = new ArrayList<>();

  @Option(
      names = "--multiple-of",
      paramLabel = "K",
      description = "What stays of a group that is cut is a multiple of K on every axis.")
  private int multipleOf;

  @Option(
      names = "--least-kept",
      paramLabel = "R",
      description = "Share of its units that every group keeps at least.")
  private double leastKept;

  /** One of these says how much is cut. */
  static final class TargetOption {
    @Option(
        names = "--ratio",
        paramLabel = "R",
        description =
            "Share of the parameters to remove, above 0 and below 1 (default: "
                + USUAL_RATIO
                + ").")
    private Double ratio;

    @Option(
        names = "--macs",
        paramLabel = "R",
        description = "Share of the multiply-accumulate operations to remove.")
    private Double macs;

    @Option(names = "--bytes", paramLabel = "N", description = "Size that the file may have.")
    private Long bytes;

    @Option(
        names = "--latency",
        paramLabel = "MS",
        description = "Milliseconds that a forward pass may take on this machine.")
    private Double latency;

    @Option(
        names = "--components",
        paramLabel = "NAME=R",
        split = ",",
        description =
            "Share of the parameters to remove of single components; the others stay whole.")
    private Map<String, Double> components;

    @Option(
        names = "--tolerance",
        paramLabel = "E",
        description =
            "Remove as much as keeps the outputs' relative error within E; needs --calibration.")
    private Double tolerance;
  }

  enum AllocationOption {
    IMPORTANCE,
    UNIFORM,
    GLOBAL
  }

  enum ScoreOption {
    L1,
    L2,
    ACTIVATION,
    TAYLOR,
    GRADIENT,
    FISHER;

    ChannelScore message() {
      return ChannelScore.valueOf("CHANNEL_SCORE_" + name());
    }
  }

  StartPruningRequest.Builder request() {
    StartPruningRequest.Builder request =
        StartPruningRequest.newBuilder()
            .setTarget(target())
            .setConstraints(
                Constraints.newBuilder()
                    .addAllProtectedGroups(protectedGroups)
                    .setMultipleOf(multipleOf)
                    .setLeastKept(leastKept));
    if (allocation != null) {
      request.setAllocation(Allocation.valueOf("ALLOCATION_" + allocation.name()));
    }
    if (score != null) {
      request.setChannelScore(score.message());
    }
    return request;
  }

  private Target.Builder target() {
    Target.Builder amount = Target.newBuilder();
    if (target.macs != null) {
      return amount.setMacsShare(target.macs);
    } else if (target.bytes != null) {
      return amount.setBytes(target.bytes);
    } else if (target.latency != null) {
      return amount.setLatencyMs(target.latency);
    } else if (target.components != null) {
      return amount.setComponents(ComponentShares.newBuilder().putAllShares(target.components));
    } else if (target.tolerance != null) {
      return amount.setTolerance(target.tolerance);
    }
    return amount.setParametersShare(target.ratio == null ? USUAL_RATIO : target.ratio);
  }
}
