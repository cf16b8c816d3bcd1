package dev.espalier.kafka;

/** The topics of the bus. Keys are UTF-8 strings, values protobuf messages. */
public final class Topics {
  /** {@code TrainingEvent}, key = run id: one ordered log a run. */
  public static final String TRAINING = "espalier.training.v1";

  /** {@code ImportanceSnapshot}, key = run id: every snapshot, for a time. */
  public static final String IMPORTANCE = "espalier.importance.v1";

  /** {@code ImportanceSnapshot}, key = run id, compacted: the newest of each run. */
  public static final String SNAPSHOTS = "espalier.snapshots.v1";

  /** {@code Ranking}, key = run id, compacted. */
  public static final String RANKINGS = "espalier.rankings.v1";

  /** {@code UnitScores}, key = run id/group id/offset of the stretch, compacted. */
  public static final String UNITS = "espalier.units.v1";

  /** {@code DependencyGraph}, key = run id or model digest, compacted. */
  public static final String GRAPHS = "espalier.graphs.v1";

  /** {@code ModelPruned}, key = pruning id. */
  public static final String MODELS = "espalier.models.v1";

  private Topics() {}

  /**
   * @param topic a topic of this class
   * @return where its records go that cannot be used
   */
  public static String deadLetters(String topic) {
    return topic + ".dlq";
  }
}
