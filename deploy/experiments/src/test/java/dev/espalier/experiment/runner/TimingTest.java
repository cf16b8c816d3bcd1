package dev.espalier.experiment.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimingTest {
  private static final double EXACT = 1e-9;

  @Test
  void withoutAnyCellNothingIsSaid() {
    assertTrue(Timing.left(Map.of(), List.of(), List.of("a", "b"), 2).isEmpty());
    assertTrue(Timing.left(Map.of(), List.of(running("a", 9, 0)), List.of(), 2).isEmpty());
  }

  @Test
  void theFirstCellsTellByTheirPace() {
    assertEquals(
        30 + 40,
        Timing.left(Map.of(), List.of(running("a", 10, 0.25)), List.of("a"), 1).getAsDouble(),
        EXACT);
  }

  @Test
  void whileACellIsSilentTheTimeGoesOn() {
    List<Timing.Running> silent = List.of(new Timing.Running("a", 16, 0.25, 10));
    assertEquals(24, Timing.left(Map.of(), silent, List.of(), 1).getAsDouble(), EXACT);
  }

  @Test
  void aCellTakesAsLongAsOthersOfItsKindDid() {
    Map<String, List<Double>> finished = Map.of("a", List.of(10.0, 20.0), "b", List.of(100.0));

    assertEquals(15 + 100, left(finished, List.of("a", "b"), 1), EXACT);
    assertEquals(100, left(finished, List.of("a", "b"), 2), EXACT);
    assertEquals(130.0 / 3, left(finished, List.of("c"), 2), EXACT, "an unknown kind");
  }

  @Test
  void waitingCellsGoToTheWorkerThatIsFreeFirst() {
    Map<String, List<Double>> finished = Map.of("a", List.of(10.0));
    List<Timing.Running> running = List.of(running("a", 2, 0), running("a", 9, 0));

    OptionalDouble left = Timing.left(finished, running, List.of("a", "a", "a"), 2);

    assertEquals(21, left.getAsDouble(), EXACT, "1 + 10 + 10 beside 8 + 10");
  }

  @Test
  void aCellThatTakesLongerThanItsKindIsNeverLessThanDone() {
    Map<String, List<Double>> finished = Map.of("a", List.of(10.0));
    assertEquals(
        0, Timing.left(finished, List.of(running("a", 50, 0)), List.of(), 1).getAsDouble(), EXACT);
  }

  @Test
  void theFurtherACellIsTheMoreItsOwnPaceCounts() {
    Map<String, List<Double>> finished = Map.of("a", List.of(10.0));
    List<Timing.Running> half = List.of(running("a", 10, 0.5));
    assertEquals(5, Timing.left(finished, half, List.of(), 1).getAsDouble(), EXACT);
  }

  @Test
  void whateverIsKnownTheTimeIsFiniteAndNotNegative() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2000; i++) {
      List<Timing.Running> running = new ArrayList<>();
      for (int cell = random.nextInt(3); cell > 0; cell--) {
        double share = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextDouble();
        running.add(running("k" + random.nextInt(3), random.nextInt(2) * 1e3, share));
      }
      Map<String, List<Double>> finished =
          random.nextBoolean() ? Map.of() : Map.of("k0", List.of(0.0, random.nextDouble()));
      List<String> waiting =
          random.ints(random.nextInt(5), 0, 3).mapToObj(kind -> "k" + kind).toList();
      OptionalDouble left = Timing.left(finished, running, waiting, 1 + random.nextInt(3));
      assertTrue(
          left.isEmpty() || Double.isFinite(left.getAsDouble()) && left.getAsDouble() >= 0,
          i + ": " + left);
    }
  }

  private static Timing.Running running(String kind, double seconds, double share) {
    return new Timing.Running(kind, seconds, share, seconds);
  }

  private static double left(
      Map<String, List<Double>> finished, List<String> waiting, int workers) {
    return Timing.left(finished, List.of(), waiting, workers).getAsDouble();
  }
}
