package dev.espalier.experiment.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.importance.ranking.Combination;
import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.Ranking;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Ranking RANKING =
      Ranking.newBuilder().addGroups(group("b", 3, 1, 1)).addGroups(group("a", 1, 3, 4)).build();

  private static GroupImportance group(String id, double first, double second, double third) {
    return GroupImportance.newBuilder()
        .setGroupId(id)
        .setGradientAccumulation(first)
        .setFisherInformation(second)
        .setBayesianUncertainty(third)
        .setImportance(0.5)
        .build();
  }

  @Test
  void singleMetricsPairsAndAllThreeAreWeightedAsTheySay() {
    assertEquals(Map.of("b", 0.75, "a", 0.25), of(Combination.GRADIENT_ACCUMULATION, 1, 0, 0));
    assertEquals(Map.of("b", 0.25, "a", 0.75), of(Combination.FISHER_INFORMATION, 0, 1, 0));
    assertEquals(Map.of("b", 0.2, "a", 0.8), of(Combination.BAYESIAN_UNCERTAINTY, 0, 0, 1));
    assertEquals(Map.of("b", 0.5, "a", 0.5), of(Combination.SHARES, 1, 1, 0));
    assertEquals(Map.of("b", 0.225, "a", 0.775), of(Combination.SHARES, 0, 1, 1));
    assertEquals(0.4, of(Combination.SHARES, 1, 1, 1).get("b"), 1e-12);
    assertEquals((2 / 3.0 + 1 / 3.0 + 1 / 3.0) / 3, of(Combination.RANKS, 1, 1, 1).get("b"), 1e-12);
  }

  private static Map<String, Double> of(Combination combination, double... weights) {
    return new Metrics(combination, weights[0], weights[1], weights[2]).importance(RANKING);
  }

  @Test
  void everyGroupGetsTheValueOfEachOtherOnceOverTheSeeds() {
    for (int count : new int[] {2, 5, 12}) {
      Map<String, Double> importance = new LinkedHashMap<>();
      IntStream.range(0, count).forEach(i -> importance.put("g" + i, (i * 7 % count) / 100.0));
      Map<String, Set<Double>> got = new HashMap<>();
      for (long seed = 3; seed < 3 + count - 1; seed++) {
        Map<String, Double> dealt = Metrics.shuffled(importance, seed);
        assertEquals(List.copyOf(importance.keySet()), List.copyOf(dealt.keySet()));
        assertEquals(Set.copyOf(importance.values()), Set.copyOf(dealt.values()));
        dealt.forEach((g, value) -> got.computeIfAbsent(g, k -> new HashSet<>()).add(value));
      }
      importance.forEach(
          (group, own) -> {
            Set<Double> others = new HashSet<>(importance.values());
            others.remove(own);
            assertEquals(others, got.get(group), group);
          });
    }
    assertEquals(Map.of("g", 1.0), Metrics.shuffled(Map.of("g", 1.0), 1));
  }

  @Test
  void theGroupThatMattersMostGetsEachOtherValueInTurn() {
    Map<String, Double> importance = new LinkedHashMap<>();
    importance.put("a", 0.5);
    importance.put("b", 0.3);
    importance.put("c", 0.2);
    assertEquals(Map.of("a", 0.3, "b", 0.2, "c", 0.5), Metrics.shuffled(importance, 1));
    assertEquals(Map.of("a", 0.2, "b", 0.5, "c", 0.3), Metrics.shuffled(importance, 2));
    assertEquals(Metrics.shuffled(importance, 1), Metrics.shuffled(importance, 3));
  }

  @Test
  void methodsAreNamedApartAndFoundByTheirNames() {
    List<Method> all = Method.all(false);
    assertEquals(23, all.size());
    assertEquals(all, all.stream().map(Method::label).map(Method::of).toList());
    assertEquals("shares+taylor", Method.DEFAULT.label());
    assertEquals(
        "accumulation-fisher+taylor",
        new Method(Sharing.ACCUMULATION_FISHER, UnitScore.TAYLOR).label());
    assertEquals(List.of(), Method.all(true).stream().filter(m -> !all.contains(m)).toList());
    assertEquals(6, Arrays.stream(UnitScore.values()).map(UnitScore::label).distinct().count());
  }
}
