package dev.espalier.importance.fold;

import dev.espalier.importance.diagnosis.NotFinite;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.UnitSummary;
import java.util.List;
import java.util.Optional;

/** Finds the first number of an event that is NaN or infinite, and whose it is. */
final class FirstNotFinite {
  private final RunStarted start;

  FirstNotFinite(RunStarted start) {
    this.start = start;
  }

  Optional<NotFinite> in(GradientSummary s) {
    int epoch = Math.max(0, s.getEpoch());
    int batch = Math.max(0, s.getBatch());
    String prefix = "gradient_summary.";
    return one(prefix + "loss", s.getLoss(), epoch, batch)
        .or(() -> column("mean_absolute_gradient", s.getMeanAbsoluteGradientList(), epoch, batch))
        .or(() -> column("mean_squared_gradient", s.getMeanSquaredGradientList(), epoch, batch))
        .or(() -> column("l1_norm", s.getL1NormList(), epoch, batch))
        .or(
            () ->
                one(
                    prefix + "overall_mean_absolute_gradient",
                    s.getOverallMeanAbsoluteGradient(),
                    epoch,
                    batch))
        .or(
            () ->
                one(
                    prefix + "overall_mean_absolute_penalty",
                    s.getOverallMeanAbsolutePenalty(),
                    epoch,
                    batch));
  }

  Optional<NotFinite> in(UnitSummary s) {
    return units(s, "gradient", s.getGradientList())
        .or(() -> units(s, "fisher", s.getFisherList()))
        .or(() -> units(s, "taylor", s.getTaylorList()));
  }

  Optional<NotFinite> in(EpochCompleted e) {
    int epoch = Math.max(0, e.getEpoch());
    return one("epoch_completed.training_loss", e.getTrainingLoss(), epoch, -1)
        .or(() -> one("epoch_completed.validation_loss", e.getValidationLoss(), epoch, -1));
  }

  Optional<NotFinite> in(RunPruned c) {
    int epoch = Math.max(1, c.getAfterEpochs()) - 1;
    String prefix = "run_pruned.";
    return one(prefix + "initial_validation_loss", c.getInitialValidationLoss(), epoch, -1)
        .or(() -> one(prefix + "validation_loss_before", c.getValidationLossBefore(), epoch, -1))
        .or(() -> one(prefix + "validation_loss_after", c.getValidationLossAfter(), epoch, -1));
  }

  private static Optional<NotFinite> one(String field, double value, int epoch, int batch) {
    return Double.isFinite(value)
        ? Optional.empty()
        : Optional.of(new NotFinite(field, value, "", epoch, batch));
  }

  private Optional<NotFinite> column(String name, List<Double> values, int epoch, int batch) {
    if (values.size() != start.getGroupsCount()) {
      return Optional.empty();
    }
    for (int i = 0; i < values.size(); i++) {
      if (!Double.isFinite(values.get(i))) {
        String field = "gradient_summary." + name;
        String group = start.getGroups(i).getId();
        return Optional.of(new NotFinite(field, values.get(i), group, epoch, batch));
      }
    }
    return Optional.empty();
  }

  private Optional<NotFinite> units(UnitSummary s, String name, List<Float> values) {
    boolean isKnown =
        start.getGroupsList().stream().anyMatch(g -> g.getId().equals(s.getGroupId()));
    for (int i = 0; isKnown && i < values.size(); i++) {
      if (!Float.isFinite(values.get(i))) {
        return Optional.of(
            new NotFinite(
                "unit_summary." + name + "[" + i + "]",
                values.get(i),
                s.getGroupId(),
                Math.max(0, s.getEpoch()),
                Math.max(0, s.getBatch())));
      }
    }
    return Optional.empty();
  }
}
