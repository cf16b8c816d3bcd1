package dev.espalier.trainer.pendulum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendulumTest {
  /** A line of what src/test/python/pendulum_reference.py writes. */
  private record Row(int trajectory, double theta, double omega, double torque, double reward) {
    static Row of(String line) {
      String[] cells = line.split(",");
      double[] numbers = Arrays.stream(cells).skip(2).mapToDouble(Double::parseDouble).toArray();
      return new Row(Integer.parseInt(cells[0]), numbers[0], numbers[1], numbers[2], numbers[3]);
    }
  }

  /** Hanging still, pushed over the top, pumped, and torques beyond the limit. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void followsTheRecordedTrajectory(int trajectory) {
    List<Row> rows = rows().stream().filter(row -> row.trajectory() == trajectory).toList();
    assertEquals(100, rows.size());
    Pendulum pendulum =
        new Pendulum(new Pendulum.State(rows.getFirst().theta(), rows.getFirst().omega()));
    for (int t = 0; t < rows.size(); t++) {
      Row row = rows.get(t);
      assertEquals(row.theta(), pendulum.state().theta(), 1e-9, "theta of step " + t);
      assertEquals(row.omega(), pendulum.state().omega(), 1e-9, "omega of step " + t);
      assertEquals(row.reward(), pendulum.step(row.torque()), 1e-8, "reward of step " + t);
    }
  }

  @Test
  void trajectoriesReachBothLimits() {
    List<Row> rows = rows();
    assertTrue(rows.stream().anyMatch(row -> row.omega() == Pendulum.MOST_SPEED));
    assertTrue(rows.stream().anyMatch(row -> Math.abs(row.torque()) > Pendulum.MOST_TORQUE));
    assertTrue(rows.stream().anyMatch(row -> Math.abs(row.theta()) > 2 * Math.PI));
  }

  @Test
  void angleIsThatOfSineAndCosine() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 1000; i++) {
      double theta = random.nextDouble(-40, 40);
      assertEquals(
          Math.atan2(Math.sin(theta), Math.cos(theta)), Pendulum.normal(theta), 1e-12, "" + theta);
    }
    assertEquals(-Math.PI, Pendulum.normal(Math.PI));
  }

  @Test
  void rewardIsBounded() {
    SplittableRandom random = new SplittableRandom(6);
    Pendulum pendulum = new Pendulum(new Pendulum.State(3, 8));
    for (int i = 0; i < 2000; i++) {
      double reward = pendulum.step(random.nextDouble(-5, 5));
      assertTrue(reward <= 0 && reward >= -Pendulum.MOST_COST, "step " + i + ": " + reward);
      assertTrue(Math.abs(pendulum.state().omega()) <= Pendulum.MOST_SPEED);
    }
  }

  @Test
  void observationIsCosineSineAndSpeed() {
    float[] observation = new float[5];
    new Pendulum(new Pendulum.State(-2, 0.5)).observe(observation, 2);
    assertEquals(0f, observation[1]);
    assertEquals(Math.cos(-2), observation[2], 1e-7);
    assertEquals(Math.sin(-2), observation[3], 1e-7);
    assertEquals(0.5f, observation[4]);
  }

  @Test
  void drawnStartsFillTheirRange() {
    SplittableRandom random = new SplittableRandom(7);
    List<Pendulum.State> drawn =
        IntStream.range(0, 4000).mapToObj(i -> Pendulum.State.drawn(random)).toList();
    double[] thetas = drawn.stream().mapToDouble(Pendulum.State::theta).sorted().toArray();
    double[] omegas = drawn.stream().mapToDouble(Pendulum.State::omega).sorted().toArray();
    assertEquals(-Math.PI, thetas[0], 0.05);
    assertEquals(Math.PI, thetas[3999], 0.05);
    assertEquals(0, thetas[2000], 0.2);
    assertEquals(-1, omegas[0], 0.05);
    assertEquals(1, omegas[3999], 0.05);
    assertEquals(0, omegas[2000], 0.1);
  }

  /** Every cell of a coarse grid has about as many of them as it should. */
  @ParameterizedTest
  @ValueSource(ints = {15, 50, 100})
  void fixedStartsCoverTheRangeEvenly(int count) {
    int[] angles = new int[5];
    int[] speeds = new int[5];
    for (int i = 0; i < count; i++) {
      Pendulum.State start = Starts.state(i);
      angles[(int) ((start.theta() / Math.PI + 1) / 2 * 5)]++;
      speeds[(int) ((start.omega() + 1) / 2 * 5)]++;
    }
    for (int cell = 0; cell < 5; cell++) {
      assertEquals(count / 5.0, angles[cell], 2.01, "angles " + Arrays.toString(angles));
      assertEquals(count / 5.0, speeds[cell], 2.01, "speeds " + Arrays.toString(speeds));
    }
  }

  @Test
  void whatIsOutOfRangeIsDeclined() {
    assertThrows(IllegalArgumentException.class, () -> new Pendulum.State(Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> new Pendulum.State(0, 8.1));
    assertThrows(IllegalArgumentException.class, () -> Starts.state(100));
    assertThrows(IllegalArgumentException.class, () -> Starts.state(-1));
  }

  private static List<Row> rows() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PendulumTest.class.getResourceAsStream("/pendulum/trajectories.csv"),
                StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(Row::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
