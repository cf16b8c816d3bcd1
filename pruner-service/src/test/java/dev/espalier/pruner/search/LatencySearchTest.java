package dev.espalier.pruner.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Against a scan over all beginnings of the order. */
class LatencySearchTest {
  private static final Pattern FASTEST = Pattern.compile("takes ([0-9.e+-]+) ms");

  private static double latency(OnnxModel model) {
    return 0.2 + model.parameters() / 1e3;
  }

  private static ToDoubleFunction<OnnxModel> noisy(double noise, SplittableRandom random) {
    return model -> latency(model) * (1 + noise * (2 * random.nextDouble() - 1));
  }

  private static LatencySearch search(
      Searched searched, ToDoubleFunction<OnnxModel> latency, List<Reached.Point> told) {
    return new LatencySearch(searched.traced(), searched.order(), latency, told::add);
  }

  private static double target(double[] all, SplittableRandom random) {
    double least = all[all.length - 1];
    return Math.max(0.01, least + random.nextDouble(-0.3, 1.2) * (all[0] - least));
  }

  @Test
  void withoutNoiseItIsMetWithinTheSlackAndNotWithoutNeed() {
    int met = 0;
    int refused = 0;
    for (long seed = 0; seed < 60; seed++) {
      Searched searched = Searched.network(seed);
      double[] all = searched.scan(LatencySearchTest::latency);
      double most = target(all, new SplittableRandom(seed));
      try {
        Planner.Planned planned =
            search(searched, LatencySearchTest::latency, new ArrayList<>())
                .search(new Target.Latency(most));
        int steps = searched.steps(planned.plan());
        assertTrue(all[steps] <= most, "seed " + seed);
        assertTrue(
            steps == 0 || all[steps - 1] > most || all[steps] >= most * (1 - LatencySearch.SLACK),
            "seed " + seed);
        assertEquals(all[steps], planned.reached().reached());
        met++;
      } catch (PlanException e) {
        double least = all[all.length - 1];
        assertTrue(least > most, "seed " + seed + ": " + e.getMessage());
        assertEquals(least, fastest(e), least * 1e-3);
        refused++;
      }
    }
    assertTrue(met > 30 && refused > 5, met + " met, " + refused + " refused");
  }

  @Test
  void withNoiseItIsMeasuredTwiceOrRefusedForGoodReason() {
    int met = 0;
    for (long seed = 0; seed < 200; seed++) {
      Searched searched = Searched.network(seed % 50);
      double[] all = searched.scan(LatencySearchTest::latency);
      SplittableRandom random = new SplittableRandom(seed);
      double noise = random.nextDouble(0.01, 0.2);
      double most = target(all, random);
      List<Reached.Point> told = new ArrayList<>();
      try {
        Planner.Planned planned =
            search(searched, noisy(noise, random), told).search(new Target.Latency(most));
        List<Double> measured =
            told.stream()
                .filter(point -> point.share() == planned.plan().share())
                .map(Reached.Point::measured)
                .toList();
        assertTrue(measured.size() >= 2, "seed " + seed);
        assertTrue(measured.contains(planned.reached().reached()), "seed " + seed);
        assertTrue(planned.reached().reached() <= most * (1 + LatencySearch.SLACK), "seed " + seed);
        int steps = searched.steps(planned.plan());
        assertTrue(
            steps == 0
                || all[steps - 1] * (1 + noise) > most
                || all[steps] * (1 + noise) >= most * (1 - LatencySearch.SLACK),
            "seed " + seed + ": more went than noise explains");
        assertEquals(told, planned.reached().curve());
        met++;
      } catch (PlanException e) {
        assertTrue(all[all.length - 1] * (1 + noise) > most, "seed " + seed);
        assertTrue(fastest(e) >= most * 0.999, "seed " + seed + ": " + e.getMessage());
      }
      assertTrue(told.size() <= 32, "seed " + seed + ": " + told.size());
    }
    assertTrue(met > 100, met + " met");
  }

  private static double fastest(PlanException e) {
    Matcher matcher = FASTEST.matcher(e.getMessage());
    assertTrue(matcher.find(), e.getMessage());
    return Double.parseDouble(matcher.group(1));
  }

  /** The second time of what was fast decides, and the search goes on right above it. */
  @Test
  void aCutThatIsSlowTheSecondTimeIsLeftForTheNextOne() {
    Searched searched = Searched.network(4);
    int steps = searched.steps() / 3;
    double most = latency(searched.model(steps));
    long parameters = searched.model(steps).parameters();
    List<Long> asked = new ArrayList<>();
    ToDoubleFunction<OnnxModel> latency =
        model -> {
          boolean again = !asked.isEmpty() && asked.getLast() == model.parameters();
          asked.add(model.parameters());
          if (model.parameters() > parameters) {
            return 2 * most;
          }
          return again && model.parameters() == parameters ? 1.06 * most : 0.5 * most;
        };
    Planner.Planned planned =
        search(searched, latency, new ArrayList<>()).search(new Target.Latency(most));
    assertTrue(asked.contains(parameters), "the cut in question was tried");
    assertTrue(planned.plan().parametersAfter() < parameters);
    assertTrue(searched.steps(planned.plan()) <= steps + 2, "no more goes than must");
  }

  @Test
  void interruptionEndsIt() {
    Searched searched = Searched.network(4);
    Thread.currentThread().interrupt();
    assertThrows(
        CancellationException.class,
        () -> search(searched, model -> 1, new ArrayList<>()).search(new Target.Latency(0.5)));
    assertTrue(Thread.interrupted());
  }
}
