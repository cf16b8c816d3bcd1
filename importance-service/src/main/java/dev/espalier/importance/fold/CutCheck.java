package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunPruned;
import java.util.List;

/** What a cut must hold against the groups before it. */
final class CutCheck {
  private static final String PREFIX = "run_pruned.";
  private static final int DIGEST_LENGTH = 64;

  private CutCheck() {}

  /**
   * @param before the groups as they were
   * @param epochsCompleted by the run so far
   * @throws IllegalArgumentException naming field and value
   */
  static void pruned(RunPruned pruned, List<GroupShape> before, int epochsCompleted) {
    Check.that(
        pruned.getAfterEpochs() >= 1 && pruned.getAfterEpochs() == epochsCompleted,
        PREFIX + "after_epochs",
        pruned.getAfterEpochs(),
        "must be at least 1 and " + epochsCompleted + ", the epochs that the run has completed");
    Check.that(!pruned.getModel().isEmpty(), PREFIX + "model", "\"\"", "must be set");
    Check.that(
        isDigest(pruned.getModelDigest()),
        PREFIX + "model_digest",
        "\"" + pruned.getModelDigest() + "\"",
        "must be 64 lower-case hexadecimal digits");
    loss("initial_validation_loss", pruned.getInitialValidationLoss());
    loss("validation_loss_before", pruned.getValidationLossBefore());
    loss("validation_loss_after", pruned.getValidationLossAfter());
    counted("groups", pruned.getGroupsCount(), before.size());
    counted("kept", pruned.getKeptCount(), before.size());
    for (int i = 0; i < before.size(); i++) {
      group(PREFIX + "groups[" + i + "].", before.get(i), pruned.getGroups(i));
      kept(
          PREFIX + "kept[" + i + "]",
          before.get(i).getUnits(),
          pruned.getGroups(i).getUnits(),
          pruned.getKept(i));
    }
  }

  private static boolean isDigest(String digest) {
    return digest.length() == DIGEST_LENGTH
        && digest.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
  }

  /** What is unset reads as 0. */
  private static void loss(String field, double loss) {
    Check.that(
        Math.abs(loss) <= GroupEvidence.LARGEST,
        PREFIX + field,
        loss,
        "must be from -" + GroupEvidence.LARGEST + " to " + GroupEvidence.LARGEST);
  }

  private static void counted(String field, int given, int groups) {
    Check.that(
        given == groups,
        "number of " + PREFIX + field,
        given,
        "must be " + groups + ", one a group of run_started");
  }

  private static void group(String field, GroupShape before, GroupShape after) {
    Check.that(
        after.getId().equals(before.getId()),
        field + "id",
        "\"" + after.getId() + "\"",
        "must be \"" + before.getId() + "\", as in run_started");
    Check.that(
        after.getKindValue() == before.getKindValue(),
        field + "kind",
        after.getKindValue(),
        "must be " + before.getKindValue() + ", as in run_started");
    Check.that(
        after.getComponentsList().equals(before.getComponentsList()),
        field + "components",
        after.getComponentsList(),
        "must be " + before.getComponentsList() + ", as in run_started");
    within(field + "parameters", after.getParameters(), 1, before.getParameters());
    within(field + "units", after.getUnits(), Math.min(1, before.getUnits()), before.getUnits());
  }

  private static void within(String field, long value, long least, long most) {
    Check.that(
        value >= least && value <= most,
        field,
        value,
        "must be from " + least + " to " + most + ", the number before");
  }

  private static void kept(String field, int before, int after, ByteString kept) {
    if (kept.isEmpty()) {
      Check.that(
          after == before, field, "empty", "must say which " + after + " of " + before + " stay");
      return;
    }
    int bytes = (before + 7) / 8;
    Check.that(
        kept.size() == bytes,
        "size of " + field,
        kept.size(),
        "must be " + bytes + " bytes, a bit a unit");
    Check.that(
        before % 8 == 0 || (kept.byteAt(bytes - 1) & 0xff) >> before % 8 == 0,
        field,
        "bits beyond unit " + (before - 1),
        "must be 0");
    int count = 0;
    for (int i = 0; i < bytes; i++) {
      count += Integer.bitCount(kept.byteAt(i) & 0xff);
    }
    Check.that(
        count == after, "bits set in " + field, count, "must be " + after + ", the group's units");
  }

  /** The units that stay, rising. */
  static int[] units(ByteString kept, int count) {
    int[] units = new int[count];
    int next = 0;
    for (int unit = 0; next < count; unit++) {
      if ((kept.byteAt(unit / 8) >> unit % 8 & 1) == 1) {
        units[next++] = unit;
      }
    }
    return units;
  }
}
