package dev.espalier.it.crash;

import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes of an event a record that the fold must refuse. */
final class Wounds {
  private final SplittableRandom random;

  Wounds(SplittableRandom random) {
    this.random = random;
  }

  /** The bytes of the event's wounded copy; null for a record without value. */
  byte[] wound(TrainingEvent event) {
    return switch (random.nextInt(6)) {
      case 0 -> null;
      case 1 -> torn(event.toByteArray());
      case 2 -> event.toBuilder().setRunId("another-run").build().toByteArray();
      case 3 -> event.toBuilder().clearEvent().build().toByteArray();
      default -> numbers(event.toBuilder()).build().toByteArray();
    };
  }

  private byte[] torn(byte[] whole) {
    byte[] torn = Arrays.copyOf(whole, random.nextInt(1, whole.length));
    torn[0] = (byte) 0xff;
    return torn;
  }

  private TrainingEvent.Builder numbers(TrainingEvent.Builder event) {
    if (event.hasUnitSummary()) {
      UnitSummary.Builder units = event.getUnitSummaryBuilder();
      switch (random.nextInt(3)) {
        case 0 -> units.setGroupId("nobody");
        case 1 -> units.setGradient(0, Float.POSITIVE_INFINITY);
        default -> units.setOffset(7);
      }
      return event;
    }
    GradientSummary.Builder summary = event.getGradientSummaryBuilder();
    switch (random.nextInt(4)) {
      case 0 -> summary.setMeanSquaredGradient(0, Double.NaN);
      case 1 -> summary.setCount(0, -5);
      case 2 -> summary.addCount(1);
      default -> summary.setEpoch(-1);
    }
    return event;
  }
}
