package dev.espalier.local.cli;

import com.google.protobuf.Timestamp;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An event of a run's log as a line: sequence, time in UTC, kind, numbers. */
final class EventLine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private EventLine() {}

  static String of(TrainingEvent event) {
    String time = event.hasTime() ? time(event.getTime()) : "";
    return switch (event.getEventCase()) {
      case RUN_STARTED -> line(event, time, "started", started(event.getRunStarted()));
      case GRADIENT_SUMMARY -> line(event, time, "summary", summary(event.getGradientSummary()));
      case UNIT_SUMMARY -> line(event, time, "units", units(event.getUnitSummary()));
      case EPOCH_COMPLETED -> line(event, time, "epoch", epoch(event.getEpochCompleted()));
      case RUN_COMPLETED -> line(event, time, "completed", completed(event.getRunCompleted()));
      case RUN_FAILED -> line(event, time, "failed", event.getRunFailed().getReason());
      case RUN_PRUNED -> line(event, time, "pruned", pruned(event.getRunPruned()));
      case RUN_RESUMED -> line(event, time, "resumed", "");
      case RUN_DELETED -> line(event, time, "deleted", "");
      case EVENT_NOT_SET -> line(event, time, "no event", "");
    };
  }

  static String unreadable(int partition, long offset, String reason) {
    return line("-", "", "unreadable", "partition %d offset %d: %s", partition, offset, reason);
  }

  private static String line(TrainingEvent event, String time, String kind, String rest) {
    return line(Long.toString(event.getSequence()), time, kind, "%s", rest);
  }

  private static String line(
      String sequence, String time, String kind, String format, Object... values) {
    String line =
        "%7s  %-23s  %-10s  %s"
            .formatted(sequence, time, kind, String.format(Locale.ROOT, format, values));
    // Text of other programs must not steer the terminal.
    return line.replaceAll("\\p{Cntrl}", " ").stripTrailing();
  }

  private static String started(RunStarted e) {
    return "%s: %d groups, %d epochs of %d batches, seed %d, model %s"
        .formatted(
            e.getTask(),
            e.getGroupsCount(),
            e.getEpochs(),
            e.getBatchesPerEpoch(),
            e.getSeed(),
            e.getModel());
  }

  private static String pruned(RunPruned e) {
    return "after %d epochs: %d parameters in %d groups, %smodel %s"
        .formatted(
            e.getAfterEpochs(),
            e.getGroupsList().stream().mapToLong(GroupShape::getParameters).sum(),
            e.getGroupsCount(),
            e.hasValidationLossBefore() && e.hasValidationLossAfter()
                ? "validation loss %s to %s, "
                    .formatted(
                        Table.number(e.getValidationLossBefore()),
                        Table.number(e.getValidationLossAfter()))
                : "",
            e.getModel());
  }

  private static String summary(GradientSummary e) {
    return String.format(
        Locale.ROOT,
        "epoch %d batch %d: loss %s, mean |gradient| %.3e, of the penalty %.3e, %s",
        e.getEpoch(),
        e.getBatch(),
        Table.number(e.getLoss()),
        e.getOverallMeanAbsoluteGradient(),
        e.getOverallMeanAbsolutePenalty(),
        coefficients(e));
  }

  private static String coefficients(GradientSummary e) {
    return (e.getCoefficientsEpoch() < 0
            ? "no coefficients"
            : "coefficients of epoch " + e.getCoefficientsEpoch())
        + (e.getStaleCoefficients() ? " (stale)" : "");
  }

  private static String units(UnitSummary e) {
    int units = Math.max(e.getGradientCount(), Math.max(e.getFisherCount(), e.getTaylorCount()));
    return "epoch %d batch %d: group %s, %d units from %d"
        .formatted(e.getEpoch(), e.getBatch(), e.getGroupId(), units, e.getOffset());
  }

  private static String epoch(EpochCompleted e) {
    return String.format(
        Locale.ROOT,
        "epoch %d ended: training loss %s, validation loss %s, %.1f s",
        e.getEpoch(),
        Table.number(e.getTrainingLoss()),
        Table.number(e.getValidationLoss()),
        e.getSeconds());
  }

  private static String completed(RunCompleted e) {
    return "validation loss %s, %d summaries dropped, %smodel %s"
        .formatted(
            Table.number(e.getValidationLoss()),
            e.getDroppedSummaries(),
            e.getStopped() ? "stopped by request, " : "",
            e.getModel());
  }

  private static String time(Timestamp time) {
    try {
      return TIME.format(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
    } catch (DateTimeException | ArithmeticException e) {
      // No calendar reaches that far: the number is shown as it is.
      return time.getSeconds() + " s";
    }
  }
}
