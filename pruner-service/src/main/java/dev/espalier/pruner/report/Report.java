package dev.espalier.pruner.report;

import dev.espalier.pruner.graph.Declined;
import java.time.Instant;
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
    List<Declined> declined,
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
   * @param parametersShare share of the parameters that was to be removed
   * @param reachedShare share that was removed
   */
  public record TargetReached(double parametersShare, double reachedShare) {}

  /**
   * What became of one group.
   *
   * @param kind "component" or "coupling"
   * @param importance what decided its share; null where nothing did
   */
  public record GroupCut(
      String id, String kind, List<String> components, int units, int kept, Double importance) {}

  /** The comparison with the masked twin. */
  public record Verified(
      double maxAbsolute,
      double maxRelative,
      boolean exact,
      String approximateBecause,
      int inputs) {}

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
