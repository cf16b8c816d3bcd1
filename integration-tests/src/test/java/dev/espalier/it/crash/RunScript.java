package dev.espalier.it.crash;

import com.google.protobuf.Timestamp;
import dev.espalier.it.crash.Recording.Entry;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunDeleted;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes the log of one run, wounds included. */
final class RunScript {
  private static final int EPOCHS = 5;
  private static final int BATCHES = 60;

  /** What comes of a run after its deletion: long enough for a blow to fall in between. */
  private static final int STILL_SENT = 25;

  /** How a run goes out. */
  enum Ending {
    COMPLETED,
    COMPLETED_TWICE_SENT,
    FAILED,
    DELETED_AND_RUN_AGAIN
  }

  private final String run;
  private final SplittableRandom random;
  private final Numbers numbers;
  private final Wounds wounds;
  private final List<Entry> entries = new ArrayList<>();
  private long sequence;

  RunScript(String run, SplittableRandom random) {
    this.run = run;
    this.random = random;
    numbers = new Numbers(random);
    wounds = new Wounds(random);
  }

  List<Entry> entries(Ending ending) {
    RunStarted start = numbers.start(EPOCHS, BATCHES);
    early(start);
    switch (ending) {
      case COMPLETED -> train(start, EPOCHS);
      case COMPLETED_TWICE_SENT -> {
        train(start, EPOCHS);
        entries.addAll(List.copyOf(entries.subList(entries.size() / 2, entries.size())));
      }
      case FAILED -> {
        epochs(start, 2);
        send(event().setRunFailed(RunFailed.newBuilder().setReason("lost")));
      }
      case DELETED_AND_RUN_AGAIN -> {
        train(start, 1);
        send(event().setRunDeleted(RunDeleted.getDefaultInstance()));
        for (int i = 0; i < STILL_SENT; i++) {
          send(event().setGradientSummary(numbers.summary(start, 1, i)));
        }
        sequence = 0;
        train(numbers.start(EPOCHS, BATCHES), 3);
      }
    }
    late(start);
    return entries;
  }

  private void early(RunStarted start) {
    send(event().setSequence(3).setGradientSummary(numbers.summary(start, 0, 0)));
    sequence = 0;
  }

  private void late(RunStarted start) {
    send(event().setGradientSummary(numbers.summary(start, EPOCHS, 0)));
    entries.add(entries.get(1));
  }

  private void train(RunStarted start, int epochs) {
    epochs(start, epochs);
    send(
        event()
            .setRunCompleted(
                RunCompleted.newBuilder().setModel(run + "/trained.onnx").setModelDigest("d")));
  }

  private void epochs(RunStarted start, int epochs) {
    send(event().setRunStarted(start));
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int batch = 0; batch < BATCHES; batch++) {
        roughly(event().setGradientSummary(numbers.summary(start, epoch, batch)));
        if (batch % 5 == 0) {
          for (int group = 0; group < start.getGroupsCount(); group++) {
            if (start.getGroups(group).getUnits() > 0) {
              roughly(event().setUnitSummary(numbers.units(start.getGroups(group), epoch, batch)));
            }
          }
        }
      }
      send(
          event()
              .setEpochCompleted(
                  EpochCompleted.newBuilder()
                      .setEpoch(epoch)
                      .setTrainingLoss(random.nextDouble())
                      .setValidationLoss(random.nextDouble())
                      .setSeconds(1)));
    }
  }

  /** The event as it arrives: now and then lost, repeated, or something else in its place. */
  private void roughly(TrainingEvent.Builder event) {
    switch (random.nextInt(40)) {
      case 0 -> sequence++;
      case 1 -> {
        send(event);
        entries.add(entries.getLast());
      }
      case 2 -> {
        send(event);
        entries.add(entries.get(random.nextInt(entries.size())));
      }
      case 3 -> entries.add(new Entry(run, wounds.wound(event.build())));
      default -> send(event);
    }
  }

  private TrainingEvent.Builder event() {
    return TrainingEvent.newBuilder()
        .setRunId(run)
        .setSequence(sequence)
        .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000 + sequence));
  }

  private void send(TrainingEvent.Builder event) {
    entries.add(new Entry(run, event.build().toByteArray()));
    sequence++;
  }
}
