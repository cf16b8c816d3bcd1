package dev.espalier.pruner.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.Test;

/** Against a scan over all beginnings of the order. */
class ToleranceSearchTest {
  /** Grows with what is gone; rough where asked, the same for the same model. */
  private static ToDoubleFunction<OnnxModel> error(Searched searched, double noise, long seed) {
    double whole = searched.traced().model().parameters();
    return model -> {
      double gone = 1 - model.parameters() / whole;
      SplittableRandom random = new SplittableRandom(seed ^ model.parameters());
      return gone == 0 ? 0 : gone * (1 + noise * (2 * random.nextDouble() - 1));
    };
  }

  @Test
  void isWithinAndOneStepMoreIsNot() {
    int met = 0;
    int refused = 0;
    for (long seed = 0; seed < 60; seed++) {
      Searched searched = Searched.network(seed);
      double noise = seed % 3 == 0 ? 0 : 0.4;
      ToDoubleFunction<OnnxModel> error = error(searched, noise, seed);
      double[] all = searched.scan(error);
      double most = Math.exp(new SplittableRandom(seed).nextDouble(-9, 0));
      List<Reached.Point> told = new ArrayList<>();
      ToleranceSearch search =
          new ToleranceSearch(searched.traced(), searched.order(), error, told::add);
      try {
        Planner.Planned planned = search.search(new Target.Tolerance(most));
        int steps = searched.steps(planned.plan());
        String what = "seed " + seed + ", " + steps + " of " + searched.steps();
        assertTrue(all[steps] <= most, what);
        assertTrue(steps == searched.steps() || all[steps + 1] > most, what);
        assertEquals(all[steps], planned.reached().reached(), what);
        assertEquals(told, planned.reached().curve(), what);
        met++;
      } catch (PlanException e) {
        assertTrue(searched.steps() == 0 || all[1] > most, "seed " + seed + ": " + e.getMessage());
        assertTrue(
            searched.steps() == 0 || e.getMessage().contains("an error of " + all[1]),
            e.getMessage());
        refused++;
      }
    }
    assertTrue(met > 30 && refused > 3, met + " met, " + refused + " refused");
  }

  @Test
  void anErrorThatIsNoNumberIsBeyond() {
    Searched searched = Searched.network(3);
    long half = searched.model(searched.steps() / 2).parameters();
    ToleranceSearch search =
        new ToleranceSearch(
            searched.traced(),
            searched.order(),
            model -> model.parameters() < half ? Double.NaN : 0.1,
            point -> assertEquals(point.measured() == 0.1, point.within()));
    Planner.Planned planned = search.search(new Target.Tolerance(0.2));
    assertTrue(planned.plan().parametersAfter() >= half);
    assertEquals(0.1, planned.reached().reached());
  }

  @Test
  void interruptionEndsIt() {
    Searched searched = Searched.network(3);
    List<Reached.Point> told = new ArrayList<>();
    ToleranceSearch search =
        new ToleranceSearch(
            searched.traced(),
            searched.order(),
            model -> 1,
            point -> {
              told.add(point);
              Thread.currentThread().interrupt();
            });
    assertThrows(CancellationException.class, () -> search.search(new Target.Tolerance(0.2)));
    assertTrue(Thread.interrupted());
    assertEquals(1, told.size());
    assertFalse(told.getFirst().within());
  }
}
