package dev.espalier.importance.fold;

import com.google.protobuf.Timestamp;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Logs of runs for tests, all from a seed. */
public final class Logs {
  private Logs() {}

  /** A whole run without loss or repetition. */
  public static List<TrainingEvent> clean(String run, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(1, 9);
    int epochs = random.nextInt(1, 9);
    int batches = random.nextInt(1, 12);
    List<TrainingEvent> log = new ArrayList<>();
    RunStarted.Builder start = start(random, groups, epochs, batches);
    add(log, run, event().setRunStarted(start));
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int batch = 0; batch < batches; batch++) {
        add(log, run, event().setGradientSummary(summary(random, groups, epoch, batch)));
        for (int group = 0; group < groups && batch % 3 == 0; group++) {
          if (start.getGroups(group).getUnits() > 0) {
            add(log, run, event().setUnitSummary(units(random, start, group, epoch, batch)));
          }
        }
      }
      EpochCompleted.Builder end =
          EpochCompleted.newBuilder()
              .setEpoch(epoch)
              .setTrainingLoss(random.nextDouble())
              .setValidationLoss(random.nextDouble())
              .setSeconds(1);
      add(log, run, event().setEpochCompleted(end));
    }
    boolean fails = random.nextInt(5) == 0;
    add(
        log,
        run,
        fails
            ? event().setRunFailed(RunFailed.newBuilder().setReason("lost"))
            : event().setRunCompleted(RunCompleted.newBuilder().setModel("m").setModelDigest("d")));
    return log;
  }

  /**
   * A run that is cut between its epochs, ends by request or by a failure and goes on, all at
   * random. Its last event ends it.
   */
  public static List<TrainingEvent> eventful(String run, long seed) {
    return EventfulLog.of(run, seed);
  }

  /** A run with or without cuts and ends on its way, by the seed. */
  public static List<TrainingEvent> any(String run, long seed) {
    return seed % 2 == 0 ? clean(run, seed) : eventful(run, seed);
  }

  /**
   * A run with a group of one stretch and one unit more, cut to one stretch, stopped, resumed and
   * completed.
   */
  public static List<TrainingEvent> cutAcrossStretches(String run) {
    SplittableRandom random = new SplittableRandom(5);
    RunStarted.Builder start = start(random, 1, 2, 1);
    start.getGroupsBuilder(0).setId("g0").setParameters(90_000).setUnits(Units.STRETCH + 1);
    List<TrainingEvent> log = new ArrayList<>();
    add(log, run, event().setRunStarted(start));
    add(log, run, event().setGradientSummary(summary(random, 1, 0, 0)));
    UnitSummary.Builder first = UnitSummary.newBuilder().setGroupId("g0");
    for (int i = 0; i < Units.STRETCH; i++) {
      first.addTaylor(i);
    }
    add(log, run, event().setUnitSummary(first));
    add(
        log,
        run,
        event()
            .setUnitSummary(
                UnitSummary.newBuilder().setGroupId("g0").setOffset(Units.STRETCH).addTaylor(7)));
    add(log, run, event().setEpochCompleted(EpochCompleted.newBuilder().setCutFollows(true)));
    add(log, run, event().setRunPruned(EventfulLog.cut(random, start, 1)));
    add(
        log,
        run,
        event().setRunCompleted(RunCompleted.newBuilder().setModel("s").setStopped(true)));
    add(log, run, event().setRunResumed(RunResumed.getDefaultInstance()));
    add(log, run, event().setEpochCompleted(EpochCompleted.newBuilder().setEpoch(1)));
    add(log, run, event().setRunCompleted(RunCompleted.newBuilder().setModel("m")));
    return log;
  }

  /** A whole run that ends well. */
  public static List<TrainingEvent> completed(String run) {
    return LongStream.iterate(0, seed -> seed + 1)
        .mapToObj(seed -> clean(run, seed))
        .filter(log -> log.getLast().hasRunCompleted())
        .findFirst()
        .orElseThrow();
  }

  /** A whole run that ends well and has unit summaries. */
  public static List<TrainingEvent> completedWithUnits(String run) {
    return LongStream.iterate(0, seed -> seed + 1)
        .mapToObj(seed -> clean(run, seed))
        .filter(log -> log.getLast().hasRunCompleted())
        .filter(log -> log.stream().anyMatch(TrainingEvent::hasUnitSummary))
        .findFirst()
        .orElseThrow();
  }

  /** The same run as a bus might hand it on: some events lost, some come again. */
  public static List<TrainingEvent> rough(String run, long seed) {
    SplittableRandom random = new SplittableRandom(~seed);
    List<TrainingEvent> clean = any(run, seed);
    List<TrainingEvent> rough = new ArrayList<>();
    for (int i = 0; i < clean.size(); i++) {
      boolean isSummary = clean.get(i).hasGradientSummary() || clean.get(i).hasUnitSummary();
      if (isSummary && random.nextInt(8) == 0) {
        continue;
      }
      rough.add(clean.get(i));
      while (random.nextInt(6) == 0) {
        rough.add(rough.get(random.nextInt(rough.size())));
      }
    }
    return rough;
  }

  public static RunStarted.Builder start(
      SplittableRandom random, int groups, int epochs, int batches) {
    ImportanceSettings.Builder settings = ImportanceSettings.newBuilder();
    if (random.nextBoolean()) {
      settings
          .setEmaFactor(random.nextDouble(0, 1))
          .setKappa(random.nextDouble(0.01, 2))
          .setAlphaPrior(random.nextDouble(1.1, 4))
          .setBetaPrior(random.nextDouble(1e-9, 1))
          .addMetricWeight(random.nextDouble())
          .addMetricWeight(random.nextDouble())
          .addMetricWeight(random.nextDouble(0.1, 1))
          .setPeriodEpochs(random.nextBoolean() ? random.nextDouble(1, 40) : 4)
          .setPenaltyStrength(random.nextDouble());
    }
    settings.setCombination(Combination.forNumber(random.nextInt(6)));
    settings.setPenaltyMode(PenaltyMode.forNumber(random.nextInt(4)));
    RunStarted.Builder start =
        RunStarted.newBuilder()
            .setTask("autoencoder")
            .setModel("run/model.onnx")
            .setImportance(settings)
            .setEpochs(epochs)
            .setBatchesPerEpoch(batches);
    for (int i = 0; i < groups; i++) {
      start.addGroups(
          GroupShape.newBuilder()
              .setId("encoder." + (groups - i))
              .setKind(GroupKind.GROUP_KIND_COMPONENT)
              .addComponents("encoder")
              .setParameters(random.nextInt(1, 1000))
              .setUnits(i % 3));
    }
    return start;
  }

  public static GradientSummary.Builder summary(
      SplittableRandom random, int groups, int epoch, int batch) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder()
            .setEpoch(epoch)
            .setBatch(batch)
            .setLoss(random.nextDouble())
            .setOverallMeanAbsoluteGradient(random.nextDouble())
            .setOverallMeanAbsolutePenalty(random.nextDouble())
            .setCoefficientsEpoch(epoch)
            .setStaleCoefficients(random.nextInt(4) == 0);
    for (int i = 0; i < groups; i++) {
      double gradient = random.nextInt(5) == 0 ? 0.5 : random.nextDouble();
      summary
          .addMeanAbsoluteGradient(gradient)
          .addMeanSquaredGradient(gradient * gradient * 1.2)
          .addL1Norm(random.nextDouble(0, 50))
          .addCount(random.nextInt(1, 1000));
    }
    return summary;
  }

  static UnitSummary.Builder units(
      SplittableRandom random, RunStarted.Builder start, int group, int epoch, int batch) {
    UnitSummary.Builder summary =
        UnitSummary.newBuilder()
            .setGroupId(start.getGroups(group).getId())
            .setEpoch(epoch)
            .setBatch(batch);
    for (int i = 0; i < start.getGroups(group).getUnits(); i++) {
      float gradient = (float) random.nextDouble();
      summary.addGradient(gradient).addFisher(gradient * gradient);
      if (group % 2 == 0) {
        summary.addTaylor((float) random.nextDouble());
      }
    }
    return summary;
  }

  /** An event without run and sequence yet. */
  public static TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder();
  }

  static void add(List<TrainingEvent> log, String run, TrainingEvent.Builder event) {
    long sequence = log.size();
    log.add(
        event
            .setRunId(run)
            .setSequence(sequence)
            .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000 + sequence))
            .build());
  }
}
