package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.RunResumed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes the log of a run that is cut and goes on after ends, see {@link Logs#eventful}. */
final class EventfulLog {
  private static final int MOST_UNITS = 40;

  private final String run;
  private final SplittableRandom random;
  private final List<TrainingEvent> log = new ArrayList<>();
  private RunStarted.Builder now;

  private EventfulLog(String run, long seed) {
    this.run = run;
    this.random = new SplittableRandom(seed ^ 0xC07);
  }

  static List<TrainingEvent> of(String run, long seed) {
    EventfulLog made = new EventfulLog(run, seed);
    made.make();
    return made.log;
  }

  private void make() {
    int groups = random.nextInt(1, 7);
    int epochs = random.nextInt(2, 14);
    int batches = random.nextInt(1, 6);
    now = Logs.start(random, groups, epochs, batches);
    if (random.nextInt(3) == 0) {
      now.getImportanceBuilder().getThresholdsBuilder().setCollapsedShare(random.nextDouble());
    }
    now.getGroupsBuilderList()
        .forEach(
            group -> group.setUnits(random.nextInt(3) == 0 ? 0 : random.nextInt(1, MOST_UNITS)));
    add(Logs.event().setRunStarted(now));
    for (int epoch = 0; epoch < epochs; epoch++) {
      epoch(groups, epoch, batches);
      for (int cuts = random.nextInt(6) - 3; cuts > 0; cuts--) {
        add(Logs.event().setRunPruned(cut(random, now, epoch + 1)));
      }
      int fate = random.nextInt(8);
      if (fate < 2) {
        add(end(fate == 0));
      }
      if (fate < 3) {
        add(Logs.event().setRunResumed(RunResumed.getDefaultInstance()));
      }
    }
    int last = random.nextInt(4);
    add(
        last < 2
            ? end(last == 0)
            : Logs.event()
                .setRunCompleted(RunCompleted.newBuilder().setModel("m").setModelDigest("d")));
  }

  private void epoch(int groups, int epoch, int batches) {
    for (int batch = 0; batch < batches; batch++) {
      add(Logs.event().setGradientSummary(Logs.summary(random, groups, epoch, batch)));
      for (int group = 0; group < groups && batch % 2 == 0; group++) {
        if (now.getGroups(group).getUnits() > 0) {
          add(Logs.event().setUnitSummary(Logs.units(random, now, group, epoch, batch)));
        }
      }
    }
    add(
        Logs.event()
            .setEpochCompleted(
                EpochCompleted.newBuilder()
                    .setEpoch(epoch)
                    .setTrainingLoss(random.nextDouble())
                    .setValidationLoss(random.nextDouble())
                    .setCutFollows(random.nextBoolean())));
  }

  private static TrainingEvent.Builder end(boolean stopped) {
    return stopped
        ? Logs.event().setRunCompleted(RunCompleted.newBuilder().setModel("s").setStopped(true))
        : Logs.event().setRunFailed(RunFailed.newBuilder().setReason("lost"));
  }

  private void add(TrainingEvent.Builder event) {
    Logs.add(log, run, event);
  }

  /**
   * A random cut.
   *
   * @param now the groups before it; those after it when it is made
   */
  static RunPruned.Builder cut(SplittableRandom random, RunStarted.Builder now, int epochs) {
    RunPruned.Builder cut =
        RunPruned.newBuilder()
            .setAfterEpochs(epochs)
            .setModel("run/cut.onnx")
            .setModelDigest("0123456789abcdef".repeat(4))
            .setPruningId("p-1");
    if (random.nextBoolean()) {
      cut.setInitialValidationLoss(random.nextDouble(2));
    }
    if (random.nextInt(4) > 0) {
      cut.setValidationLossBefore(random.nextDouble(-1, 1));
    }
    if (random.nextInt(4) > 0) {
      cut.setValidationLossAfter(random.nextDouble(-1, 1));
    }
    for (GroupShape.Builder group : now.getGroupsBuilderList()) {
      group.setParameters(random.nextLong(1, group.getParameters() + 1));
      cut.addKept(random.nextInt(4) == 0 ? ByteString.EMPTY : kept(random, group));
      cut.addGroups(group.build());
    }
    return cut;
  }

  private static ByteString kept(SplittableRandom random, GroupShape.Builder group) {
    int before = group.getUnits();
    byte[] kept = new byte[(before + 7) / 8];
    int count = 0;
    for (int unit = 0; unit < before; unit++) {
      if (random.nextInt(3) > 0 || count == 0 && unit == before - 1) {
        kept[unit / 8] |= (byte) (1 << unit % 8);
        count++;
      }
    }
    group.setUnits(count);
    return ByteString.copyFrom(kept);
  }
}
