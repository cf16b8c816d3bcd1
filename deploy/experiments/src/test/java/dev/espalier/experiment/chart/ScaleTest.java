package dev.espalier.experiment.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void linearTicksAreRound() {
    Scale scale = Scale.around(new double[] {0, 1}, false, false);
    assertEquals(List.of("0", "0.2", "0.4", "0.6", "0.8", "1"), labels(scale.ticks(8)));
    Scale below = Scale.around(new double[] {-30, 10}, false, true);
    assertEquals(List.of("−30", "−20", "−10", "0", "10"), labels(below.ticks(5)));
  }

  @Test
  void logarithmicTicksAreDecadesOrPartsOfThem() {
    Scale wide = Scale.around(new double[] {1e-6, 1}, true, false);
    assertEquals(
        List.of("1e−6", "1e−5", "1e−4", "0.001", "0.01", "0.1", "1"), labels(wide.ticks(8)));
    Scale narrow = Scale.around(new double[] {2, 60}, true, false);
    assertEquals(List.of("2", "5", "10", "20", "50"), labels(narrow.ticks(8)));
    Scale one = Scale.around(new double[] {0.2, 0.21}, true, false);
    assertTrue(one.ticks(8).size() >= 3, () -> labels(one.ticks(8)).toString());
  }

  @Test
  void ticksLieWithinTheAxis() {
    for (double size = 1e-12; size < 1e12; size *= 7.3) {
      for (boolean log : new boolean[] {false, true}) {
        Scale scale = Scale.around(new double[] {size, 3.3 * size}, log, false);
        List<Scale.Tick> ticks = scale.ticks(8);
        assertTrue(ticks.size() >= 2 && ticks.size() <= 11, scale + " " + labels(ticks));
        for (Scale.Tick tick : ticks) {
          double share = scale.share(tick.place());
          assertTrue(share >= -1e-6 && share <= 1 + 1e-6, scale + " " + tick);
        }
        assertEquals(ticks.size(), labels(ticks).stream().distinct().count(), scale::toString);
      }
    }
  }

  @Test
  void singleValuesHaveRoomAround() {
    for (double value : new double[] {0, 5, -5, 1e-9}) {
      Scale scale = Scale.around(new double[] {value, value}, false, false);
      assertEquals(0.5, scale.share(value), 1e-6);
    }
  }

  @Test
  void barsHoldZero() {
    assertEquals(0, Scale.around(new double[] {5, 6}, false, true).from());
    assertEquals(0, Scale.around(new double[] {-5, -6}, false, true).to());
    assertTrue(Scale.around(new double[] {0, 0}, false, true).to() > 0);
  }

  @Test
  void axisSaysWhatItCannotShow() {
    Scale scale = Scale.around(new double[] {0, 1}, true, false);
    Chart.Axis axis = Chart.Axis.log("loss");
    assertEquals("loss; 0 and less not shown", scale.named(axis, new double[] {0, 1}));
    assertEquals("loss", scale.named(axis, new double[] {1}));
  }

  private static List<String> labels(List<Scale.Tick> ticks) {
    return ticks.stream().map(Scale.Tick::label).toList();
  }
}
