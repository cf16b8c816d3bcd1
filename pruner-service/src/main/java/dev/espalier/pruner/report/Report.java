package dev.espalier.pruner.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pruning did, as {@code report.json} holds it; docs/report.md describes every field.
 *
 * @param kept initialiser name, axis, kept indices ascending; an axis that lost nothing is left out
 * @param declined where no cut is made, and why
 */
public record Report(
    Size before,
    Size after,
    TargetReached target,
    List<GroupCut> groups,
    Map<String, Map<Integer, int[]>> kept,
    Verified verification,
    List<DeclinedAt> declined,
    Provenance provenance) {

  /**
   * What a model costs.
   *
   * @param parameters scalars in all floating-point initialisers
   * @param macs multiply-accumulate operations of one forward pass at batch size 1
   * @param bytes size of the file
   * @param latencyMs median time of one forward pass at batch size 1 on one thread, milliseconds
   */
  public record Size(long parameters, long macs, long bytes, double latencyMs) {}

  /**
   * What was asked for and what came of it. Shares are of what goes, above 0 and below 1.
   *
   * @param parametersShare share of the parameters that was to be removed; null for another kind
   * @param reachedShare share of the parameters that was removed; null for another kind
   * @param kind "parameters", "macs", "bytes", "latency", "components" or "tolerance"
   * @param asked in the unit; null for components
   * @param reached in the unit; over all components for components
   * @param unit "share", "bytes", "ms" or "relative error"
   * @param components by component; null for another kind
   * @param curve the points that the search for a tolerance tried, in that order; null for another
   *     kind
   */
  public record TargetReached(
      Double parametersShare,
      Double reachedShare,
      String kind,
      Double asked,
      double reached,
      String unit,
      Map<String, ComponentReached> components,
      List<CurvePoint> curve) {
    public TargetReached {
      if (components != null) {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
      }
      if (curve != null) {
        curve = List.copyOf(curve);
      }
    }

    /** A share of the model's parameters. */
    public static TargetReached parameters(double asked, double reached) {
      return new TargetReached(asked, reached, "parameters", asked, reached, "share", null, null);
    }

    /** A share of the model's multiply-accumulate operations. */
    public static TargetReached macs(double asked, double reached) {
      return new TargetReached(null, null, "macs", asked, reached, "share", null, null);
    }

    /** The size of the file. */
    public static TargetReached bytes(double asked, double reached) {
      return new TargetReached(null, null, "bytes", asked, reached, "bytes", null, null);
    }

    /** Milliseconds for one forward pass. */
    public static TargetReached latency(double asked, double reached) {
      return new TargetReached(null, null, "latency", asked, reached, "ms", null, null);
    }

    /**
     * A share of the parameters of each component.
     *
     * @param reached share of all parameters that was removed
     */
    public static TargetReached components(
        Map<String, ComponentReached> components, double reached) {
      return new TargetReached(null, null, "components", null, reached, "share", components, null);
    }

    /** The smallest model whose outputs stay within a relative error. */
    public static TargetReached tolerance(double asked, double reached, List<CurvePoint> curve) {
      return new TargetReached(
          null, null, "tolerance", asked, reached, "relative error", null, curve);
    }
  }

  /**
   * @param asked share of the component's parameters that was to be removed
   * @param reached share of them that was removed
   */
  public record ComponentReached(double asked, double reached) {}

  /**
   * A model that was tried.
   *
   * @param share of the parameters that were to be removed
   * @param parameters that stayed
   * @param error of its outputs, relative
   * @param within whether that is within the tolerance
   */
  public record CurvePoint(double share, long parameters, double error, boolean within) {}

  /**
   * What became of one group.
   *
   * @param kind "component" or "coupling"
   * @param importance what decided its share; null where nothing did
   * @param parameters scalars in all its slices before the cut
   * @param isProtected whether it was not to be cut
   */
  public record GroupCut(
      String id,
      String kind,
      List<String> components,
      int units,
      int kept,
      Double importance,
      long parameters,
      @JsonProperty("protected") boolean isProtected,
      List<TensorCut> tensors) {
    public GroupCut {
      components = List.copyOf(components);
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * What a group holds of one axis of one initialiser.
   *
   * @param name of the initialiser
   * @param axis from 0
   * @param kept the group's indices on that axis that stay
   * @param length the group's indices on that axis before the cut
   */
  public record TensorCut(String name, int axis, int kept, int length) {}

  /** The comparison with the masked twin. */
  public record Verified(
      double maxAbsolute,
      double maxRelative,
      boolean exact,
      String approximateBecause,
      List<ApproximateAt> approximate,
      int inputs) {
    public Verified {
      approximate = List.copyOf(approximate);
    }
  }

  /** A node behind which the pruned model need not equal its masked twin, and why. */
  public record ApproximateAt(String node, String operator, String reason) {}

  /**
   * A place where no cut is made.
   *
   * @param node name of the node, or of the graph input or output
   * @param operator ONNX operator type, or "Input" or "Output"
   * @param reason why, in words
   * @param heldBack groups or initialisers that could have been cut but for this place
   */
  public record DeclinedAt(String node, String operator, String reason, List<String> heldBack) {
    public DeclinedAt {
      heldBack = List.copyOf(heldBack);
    }
  }

  /**
   * Enough to do it again.
   *
   * @param runId null for a model that came alone
   * @param allocation "importance", "uniform" or "global"
   * @param channelScore "l1" or "l2"
   * @param rankingLogDigest digest of the training log behind the importance; null where none was
   *     used
   */
  public record Provenance(
      String pruningId,
      String runId,
      String model,
      String modelDigest,
      String prunedModel,
      String prunedModelDigest,
      String allocation,
      String channelScore,
      String rankingLogDigest,
      String espalierVersion,
      String onnxRuntimeVersion,
      String javaVersion,
      Instant time) {}
}
