package dev.espalier.pruner.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.plan.WeightScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every point again, by cutting its group alone. */
class SensitivityTest {
  private static final List<Double> SHARES = List.of(0.01, 0.3, 0.31, 0.5, 0.99);

  @Test
  void everyPointIsACutOfItsGroupAlone() {
    int points = 0;
    for (long seed = 0; seed < 30; seed++) {
      Searched searched = Searched.network(seed);
      List<Integer> told = new ArrayList<>();
      Sensitivity measured =
          Sensitivity.measure(
              searched.traced(), WeightScore.L1, SHARES, model -> model.parameters(), told::add);
      List<Group> groups = searched.traced().graph().groups();
      List<Group> cuttable = groups.stream().filter(group -> group.units() > 1).toList();
      assertEquals(cuttable, measured.groups().stream().map(Sensitivity.OfGroup::group).toList());
      assertEquals(cuttable.size(), Sensitivity.count(searched.traced().graph()));
      assertEquals(IntStream.rangeClosed(1, cuttable.size()).boxed().toList(), told);
      for (Sensitivity.OfGroup ofGroup : measured.groups()) {
        int g = groups.indexOf(ofGroup.group());
        assertEquals(SHARES, ofGroup.points().stream().map(Sensitivity.Point::share).toList());
        for (Sensitivity.Point point : ofGroup.points()) {
          check(searched, g, point, "seed " + seed + ", " + point);
          points++;
        }
      }
    }
    assertTrue(points > 300, points + " points");
  }

  private static void check(Searched searched, int g, Sensitivity.Point point, String what) {
    int units = searched.traced().graph().groups().get(g).units();
    long asked = Math.max(1, Math.min(units - 1, Math.round(point.share() * units)));
    assertEquals(asked, point.removedUnits(), what);
    double[] scores = WeightScore.L1.scores(searched.traced(), g);
    int[] ascending =
        IntStream.range(0, units)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer unit) -> scores[unit]))
            .mapToInt(unit -> unit)
            .toArray();
    int[][] removed = new int[searched.traced().graph().groups().size()][0];
    removed[g] = Arrays.copyOf(ascending, point.removedUnits());
    long left = Cuts.model(searched.traced(), removed).parameters();
    assertEquals(left, point.error(), what);
    assertEquals(searched.traced().model().parameters() - left, point.removedParameters(), what);
  }

  @Test
  void sharesThatRoundToTheSameUnitsAreMeasuredOnce() {
    Searched searched = Searched.network(1);
    List<Long> asked = new ArrayList<>();
    Sensitivity measured =
        Sensitivity.measure(
            searched.traced(),
            WeightScore.L1,
            SHARES,
            model -> {
              asked.add(model.parameters());
              return asked.size();
            },
            done -> {});
    int different = 0;
    for (Sensitivity.OfGroup group : measured.groups()) {
      different +=
          (int)
              group.points().stream().mapToInt(Sensitivity.Point::removedUnits).distinct().count();
    }
    assertEquals(different, asked.size());
  }

  @Test
  void interruptionEndsIt() {
    Searched searched = Searched.network(1);
    assertTrue(Sensitivity.count(searched.traced().graph()) > 1);
    List<Integer> told = new ArrayList<>();
    assertThrows(
        CancellationException.class,
        () ->
            Sensitivity.measure(
                searched.traced(),
                WeightScore.L1,
                SHARES,
                model -> 0,
                done -> {
                  told.add(done);
                  Thread.currentThread().interrupt();
                }));
    assertTrue(Thread.interrupted());
    assertEquals(List.of(1), told);
  }
}
