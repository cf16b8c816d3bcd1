package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.importance.v1.UnitState;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The units of a run's groups, folded stretch by stretch: the same smoothing as the groups'
 * metrics, one average a unit and column. What lies in the memory is a stretch of {@link #STRETCH}
 * units at most, so no record outgrows 240 KB.
 */
public final class Units {
  /** Units in every stretch of a group but its last. */
  static final int STRETCH = 8192;

  /** Most units of a run: 7 MiB of state. */
  static final int MOST_UNITS = 1 << 18;

  /** Most units of a run whose ranking carries them all. */
  static final int MOST_IN_RANKING = 4096;

  private static final long BYTES_PER_UNIT = 3 * Double.BYTES + Integer.BYTES;
  private static final long BYTES_PER_STRETCH = 256;

  private final double emaFactor;
  private final List<GroupShape> shapes;
  private final UnitMemory memory;
  private final Map<String, Integer> columns = new HashMap<>();

  Units(double emaFactor, RunStarted start, UnitMemory memory) {
    this.emaFactor = emaFactor;
    this.shapes = start.getGroupsList();
    this.memory = memory;
    for (int i = 0; i < shapes.size(); i++) {
      columns.put(shapes.get(i).getId(), i);
    }
  }

  /** Bytes that the stretches of a run take at most. */
  static long bytes(RunStarted start) {
    long bytes = 0;
    for (GroupShape shape : start.getGroupsList()) {
      bytes += shape.getUnits() * BYTES_PER_UNIT + stretches(shape) * BYTES_PER_STRETCH;
    }
    return bytes;
  }

  /**
   * Checks a summary against the run and against what its stretch holds.
   *
   * @throws IllegalArgumentException naming field and value
   */
  UnitColumns check(UnitSummary summary) {
    Integer column = columns.get(summary.getGroupId());
    String group = "unit_summary.group_id";
    Check.that(
        column != null, group, "\"" + summary.getGroupId() + "\"", "must be one of run_started");
    int units = shapes.get(column).getUnits();
    Check.that(
        units > 0, group, "\"" + summary.getGroupId() + "\"", "must have units in run_started");
    int offset = summary.getOffset();
    Check.that(
        offset >= 0 && offset < units && offset % STRETCH == 0,
        "unit_summary.offset",
        offset,
        "must be a multiple of " + STRETCH + " from 0 and below " + units);
    UnitColumns values = UnitColumns.of(summary, Math.min(STRETCH, units - offset));
    memory.get(column, offset / STRETCH).ifPresent(values::checkAgainst);
    return values;
  }

  /** Folds a summary that was checked. */
  void add(UnitSummary summary, UnitColumns values) {
    int column = columns.get(summary.getGroupId());
    int stretch = summary.getOffset() / STRETCH;
    Optional<UnitState> before = memory.get(column, stretch);
    memory.put(column, stretch, values.next(emaFactor, before));
  }

  /**
   * Moves what is known of the units that stay to their new places; the rest is forgotten.
   *
   * @param after the groups as they will be, checked
   * @param kept as {@link dev.espalier.training.v1.RunPruned} has it, checked
   */
  void cut(List<GroupShape> after, List<ByteString> kept) {
    for (int column = 0; column < shapes.size(); column++) {
      if (!kept.get(column).isEmpty()) {
        cut(column, CutCheck.units(kept.get(column), after.get(column).getUnits()));
      }
    }
  }

  private void cut(int column, int[] stay) {
    List<Optional<UnitState>> before = new ArrayList<>();
    for (int stretch = 0; stretch < stretches(shapes.get(column)); stretch++) {
      before.add(memory.get(column, stretch));
      memory.remove(column, stretch);
    }
    UnitPacking packing = new UnitPacking(before, STRETCH);
    for (int from = 0; from < stay.length; from += STRETCH) {
      int stretch = from / STRETCH;
      packing
          .of(Arrays.copyOfRange(stay, from, Math.min(stay.length, from + STRETCH)))
          .ifPresent(state -> memory.put(column, stretch, state));
    }
  }

  /** All that was recorded, by column and stretch. */
  List<UnitScores> scores(String runId) {
    List<UnitScores> scores = new ArrayList<>();
    for (int column = 0; column < shapes.size(); column++) {
      GroupShape shape = shapes.get(column);
      for (int stretch = 0; stretch < stretches(shape); stretch++) {
        UnitScores.Builder score =
            UnitScores.newBuilder()
                .setRunId(runId)
                .setOffset(stretch * STRETCH)
                .setUnits(shape.getUnits());
        memory
            .get(column, stretch)
            .ifPresent(
                state ->
                    scores.add(
                        score
                            .setSummaries(state.getSummaries())
                            .setEvidence(evidence(shape.getId(), state))
                            .build()));
      }
    }
    return scores;
  }

  /** The record's key on the topic of unit scores: run id/group id/offset. */
  public static String key(UnitScores stretch) {
    return stretch.getRunId()
        + "/"
        + stretch.getEvidence().getGroupId()
        + "/"
        + stretch.getOffset();
  }

  /** Units that the groups declare, over all. */
  static long declared(List<GroupShape> shapes) {
    return shapes.stream().mapToLong(GroupShape::getUnits).sum();
  }

  /** Forgets all that was recorded. */
  void clear() {
    for (int column = 0; column < shapes.size(); column++) {
      for (int stretch = 0; stretch < stretches(shapes.get(column)); stretch++) {
        memory.remove(column, stretch);
      }
    }
  }

  private UnitEvidence evidence(String group, UnitState state) {
    return UnitColumns.corrected(emaFactor, state).setGroupId(group).build();
  }

  private static int stretches(GroupShape shape) {
    return (shape.getUnits() + STRETCH - 1) / STRETCH;
  }
}
