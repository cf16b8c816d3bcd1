package dev.espalier.importance.fold;

import dev.espalier.run.RunId;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * What an event must hold before it is folded. Every method throws IllegalArgumentException with a
 * message that names field and value.
 */
final class EventCheck {
  /** Largest event in bytes; with it no output or state outgrows a Kafka record of 1 MiB. */
  static final int LARGEST_EVENT = 256 * 1024;

  /** Largest size in bytes of a run's groups together, for the same reason. */
  static final int LARGEST_GROUPS = 160 * 1024;

  /** Most groups of a run, for the same reason. */
  static final int MOST_GROUPS = 4096;

  private EventCheck() {}

  static boolean isRunId(String id) {
    return RunId.isValid(id);
  }

  /**
   * @param bytes of the event on the wire
   */
  static void event(TrainingEvent event, int bytes) {
    Check.that(
        isRunId(event.getRunId()),
        "run_id",
        "\"" + event.getRunId() + "\"",
        "must be 1 to 64 characters of [a-z0-9-]");
    Check.that(event.getSequence() >= 0, "sequence", event.getSequence(), "must be at least 0");
    Check.that(
        event.getEventCase() != TrainingEvent.EventCase.EVENT_NOT_SET,
        "event",
        "not set",
        "must be one of the contract");
    Check.that(
        bytes <= LARGEST_EVENT, "event size", bytes, "must be at most " + LARGEST_EVENT + " bytes");
  }

  static void start(RunStarted start, long sequence) {
    Check.that(sequence == 0, "sequence", sequence, "must be 0 for run_started");
    Check.that(
        start.getGroupsCount() >= 1 && start.getGroupsCount() <= MOST_GROUPS,
        "number of run_started.groups",
        start.getGroupsCount(),
        "must be from 1 to " + MOST_GROUPS);
    Set<String> ids = new HashSet<>();
    long bytes = 0;
    for (int i = 0; i < start.getGroupsCount(); i++) {
      GroupShape group = start.getGroups(i);
      String field = "run_started.groups[" + i + "].";
      Check.that(
          !group.getId().isEmpty() && ids.add(group.getId()),
          field + "id",
          "\"" + group.getId() + "\"",
          "must be set and unique");
      Check.that(
          group.getComponentsCount() >= 1,
          field + "components",
          group.getComponentsList(),
          "must have at least one");
      atLeastOne(field + "parameters", group.getParameters());
      notNegative(field + "units", group.getUnits());
      bytes += group.getSerializedSize();
    }
    Check.that(
        bytes <= LARGEST_GROUPS,
        "size of run_started.groups",
        bytes,
        "must be at most " + LARGEST_GROUPS + " bytes");
    long units = Units.declared(start.getGroupsList());
    Check.that(
        units <= Units.MOST_UNITS,
        "sum of run_started.groups.units",
        units,
        "must be at most " + Units.MOST_UNITS);
    atLeastOne("run_started.epochs", start.getEpochs());
    atLeastOne("run_started.batches_per_epoch", start.getBatchesPerEpoch());
    Settings.of(start.getImportance());
  }

  /** Checks all but the columns. */
  static void summary(GradientSummary summary) {
    place("gradient_summary", summary.getEpoch(), summary.getBatch());
    Check.that(
        Double.isFinite(summary.getLoss()),
        "gradient_summary.loss",
        summary.getLoss(),
        "must be finite");
    Check.number(
        "gradient_summary.overall_mean_absolute_gradient",
        summary.getOverallMeanAbsoluteGradient());
    Check.number(
        "gradient_summary.overall_mean_absolute_penalty", summary.getOverallMeanAbsolutePenalty());
    Check.that(
        summary.getCoefficientsEpoch() >= -1,
        "gradient_summary.coefficients_epoch",
        summary.getCoefficientsEpoch(),
        "must be at least -1");
  }

  static void epoch(EpochCompleted epoch, int epochsCompleted) {
    Check.that(
        epoch.getEpoch() >= epochsCompleted && epoch.getEpoch() < Integer.MAX_VALUE,
        "epoch_completed.epoch",
        epoch.getEpoch(),
        "must be at least " + epochsCompleted + ", the epoch that is open");
    Check.number("epoch_completed.seconds", epoch.getSeconds());
  }

  static void completed(RunCompleted completed) {
    Check.that(
        completed.getDroppedSummaries() >= 0,
        "run_completed.dropped_summaries",
        completed.getDroppedSummaries(),
        "must be at least 0");
  }

  static void place(String event, int epoch, int batch) {
    notNegative(event + ".epoch", epoch);
    notNegative(event + ".batch", batch);
  }

  private static void atLeastOne(String field, long value) {
    Check.that(value >= 1, field, value, "must be at least 1");
  }

  private static void notNegative(String field, long value) {
    Check.that(value >= 0, field, value, "must be at least 0");
  }
}
