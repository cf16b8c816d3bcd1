package dev.espalier.importance.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.espalier.graph.v1.GroupKind;
import dev.espalier.importance.schedule.Verdict;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OpeningTest {
  private static RunStarted.Builder start() {
    return RunStarted.newBuilder()
        .addGroups(group("a"))
        .addGroups(group("b"))
        .setEpochs(1)
        .setBatchesPerEpoch(1);
  }

  private static GroupShape.Builder group(String id) {
    return GroupShape.newBuilder()
        .setId(id)
        .setKind(GroupKind.GROUP_KIND_COUPLING)
        .addAllComponents(List.of("decoder", "encoder"))
        .setParameters(12);
  }

  private static TrainingEvent event(RunStarted.Builder start) {
    return TrainingEvent.newBuilder().setRunId("run-1").setRunStarted(start).build();
  }

  private static void rejected(TrainingEvent event, String reason) {
    RunFold fold = RunFold.fresh();
    Outcome outcome = fold.fold(event);
    assertEquals(reason, assertInstanceOf(Outcome.Rejected.class, outcome).reason());
    assertFalse(fold.isOpen());
  }

  private static void settingRejected(Consumer<ImportanceSettings.Builder> change, String reason) {
    ImportanceSettings.Builder settings = ImportanceSettings.newBuilder();
    change.accept(settings);
    rejected(event(start().setImportance(settings)), "run_started.importance." + reason);
  }

  @Test
  void logBeginsWithItsStart() {
    rejected(
        TrainingEvent.newBuilder()
            .setRunId("run-1")
            .setSequence(3)
            .setEpochCompleted(dev.espalier.training.v1.EpochCompleted.newBuilder())
            .build(),
        "run_id = \"run-1\": is not known, its log must begin with run_started");
    rejected(
        event(start()).toBuilder().setSequence(4).build(),
        "sequence = 4: must be 0 for run_started");
  }

  @Test
  void groupsAreChecked() {
    rejected(
        event(start().clearGroups()), "number of run_started.groups = 0: must be from 1 to 4096");
    rejected(
        event(start().addGroups(group("a"))),
        "run_started.groups[2].id = \"a\": must be set and unique");
    rejected(
        event(start().addGroups(group(""))),
        "run_started.groups[2].id = \"\": must be set and unique");
    rejected(
        event(start().addGroups(group("c").setParameters(0))),
        "run_started.groups[2].parameters = 0: must be at least 1");
    rejected(
        event(start().addGroups(group("c").clearComponents())),
        "run_started.groups[2].components = []: must have at least one");
  }

  @Test
  void planIsChecked() {
    rejected(event(start().setEpochs(0)), "run_started.epochs = 0: must be at least 1");
    rejected(
        event(start().setBatchesPerEpoch(0)),
        "run_started.batches_per_epoch = 0: must be at least 1");
  }

  @Test
  void settingsAreChecked() {
    settingRejected(s -> s.setEmaFactor(1), "ema_factor = 1.0: must be in [0, 1)");
    settingRejected(s -> s.setKappa(-1), "kappa = -1.0: must be above 0.0");
    settingRejected(s -> s.setAlphaPrior(1), "alpha_prior = 1.0: must be above 1.0");
    settingRejected(s -> s.setBetaPrior(Double.NaN), "beta_prior = NaN: must be above 0.0");
    settingRejected(
        s -> s.setPeriodEpochs(Double.POSITIVE_INFINITY),
        "period_epochs = Infinity: must be from 0.001 to 1000000.0");
    settingRejected(
        s -> s.setPeriodEpochs(1e-310),
        "period_epochs = 1.0E-310: must be from 0.001 to 1000000.0");
    settingRejected(
        s -> s.setPeriodEpochs(1.1e6),
        "period_epochs = 1100000.0: must be from 0.001 to 1000000.0");
    settingRejected(
        s -> s.setPeriodEpochs(Double.NaN), "period_epochs = NaN: must be from 0.001 to 1000000.0");
    settingRejected(s -> s.addMetricWeight(1), "metric_weight = [1.0]: must have 3 values");
    settingRejected(
        s -> s.addAllMetricWeight(List.of(1.0, -1.0, 1.0)),
        "metric_weight[1] = -1.0: must be from 0 to 1.0E100");
    settingRejected(
        s -> s.addAllMetricWeight(List.of(0.0, 0.0, 0.0)),
        "metric_weight = [0.0, 0.0, 0.0]: must not all be 0");
    settingRejected(
        s -> s.setPenaltyStrength(-1), "penalty_strength = -1.0: must be from 0 to 1.0E100");
    settingRejected(s -> s.setCombinationValue(9), "combination = 9: must be one of the contract");
    settingRejected(s -> s.setPenaltyModeValue(9), "penalty_mode = 9: must be one of the contract");
  }

  @Test
  void thresholdsAreChecked() {
    settingRejected(
        s -> s.getThresholdsBuilder().setCriticalWithin(-0.1),
        "thresholds.critical_within = -0.1: must be from 0.0 to 1.0");
    settingRejected(
        s -> s.getThresholdsBuilder().setCriticalWithin(0.2).setCandidateBeyond(0.1),
        "thresholds.candidate_beyond = 0.1: must be from 0.2 to 1.0");
    settingRejected(
        s -> s.getThresholdsBuilder().setFlatVariation(Double.NaN),
        "thresholds.flat_variation = NaN: must be from 0 to 1.0E100");
    settingRejected(
        s -> s.getThresholdsBuilder().setVanishedGradient(2),
        "thresholds.vanished_gradient = 2.0: must be from 0.0 to 1.0");
    settingRejected(
        s -> s.getThresholdsBuilder().setCouplingLead(1.1),
        "thresholds.coupling_lead = 1.1: must be from 0.0 to 1.0");
    settingRejected(
        s -> s.getThresholdsBuilder().setOscillatingTau(-2),
        "thresholds.oscillating_tau = -2.0: must be from -1.0 to 1.0");
    for (double bad : new double[] {-0.1, Double.NaN, 2e100}) {
      settingRejected(
          s -> s.getThresholdsBuilder().setCollapsedShare(bad),
          "thresholds.collapsed_share = " + bad + ": must be from 0 to 1.0E100");
    }
    Thresholds standard = Settings.of(ImportanceSettings.getDefaultInstance()).thresholds();
    assertEquals(new Verdict.Bounds(0.01, 0.05), standard.criticality());
    assertEquals(0.05, standard.flatVariation());
    assertEquals(1e-4, standard.vanishedGradient());
    assertEquals(0.95, standard.couplingLead());
    assertEquals(0.5, standard.oscillatingTau());
    assertEquals(0.5, standard.collapsedShare());
  }

  @Test
  void whatIsUnsetTakesItsDefault() {
    Settings settings = Settings.of(ImportanceSettings.getDefaultInstance());
    assertEquals(0.9, settings.emaFactor());
    assertEquals(0.25, settings.kappa());
    assertEquals(2, settings.alphaPrior());
    assertEquals(1e-30, settings.betaPrior());
    assertEquals(20, settings.period());
    assertEquals(0.02, settings.strength().weight(1));
    assertEquals(
        List.of(1.0, 1.0, 1.0),
        List.of(settings.weights()[0], settings.weights()[1], settings.weights()[2]));
    assertEquals(
        0,
        Settings.of(
                ImportanceSettings.newBuilder()
                    .setPenaltyMode(PenaltyMode.PENALTY_MODE_ABSOLUTE)
                    .build())
            .strength()
            .weight(1));
  }

  @Test
  void strengthOfZeroThatIsGivenIsZero() {
    Settings settings =
        Settings.of(ImportanceSettings.newBuilder().setPenaltyStrength(0).setEmaFactor(0).build());
    assertEquals(0, settings.strength().weight(1));
    assertEquals(0, settings.emaFactor());
  }

  @Test
  void groupsAreHandedOnAsTheyCame() {
    Outcome outcome = RunFold.fresh().fold(event(start()));
    ImportanceSnapshot snapshot =
        assertInstanceOf(Outcome.Folded.class, outcome).snapshot().orElseThrow();
    assertEquals(GroupKind.GROUP_KIND_COUPLING, snapshot.getGroups(1).getKind());
    assertEquals(List.of("decoder", "encoder"), snapshot.getGroups(1).getComponentsList());
    assertEquals(12, snapshot.getGroups(1).getParameters());
  }
}
