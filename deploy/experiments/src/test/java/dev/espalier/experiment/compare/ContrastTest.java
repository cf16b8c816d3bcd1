package dev.espalier.experiment.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Findings.Outcome;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.compare.Contrast.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static final Setup FULL = new Setup(4, false, Optional.empty());

  private static BySeed logs(String name, double... values) {
    BySeed.Builder builder = new BySeed.Builder(name);
    for (int i = 0; i < values.length; i++) {
      builder.add(i + 1, Math.log(values[i]));
    }
    return builder.build();
  }

  @Test
  void aRatioThatAllSeedsShareIsFoundThoughTheyDifferFromEachOther() {
    BySeed one = logs("one", 1, 10, 100, 1000);
    BySeed half = logs("half", 0.51, 5, 49, 500);
    Contrast contrast = Contrast.family(List.of(new Pair(half, one))).getFirst();
    assertTrue(contrast.lower());
    assertFalse(contrast.higher());
    assertEquals(0.5, contrast.ratio().mean(), 0.01);
    assertTrue(contrast.ratio().low() < 0.5 && contrast.ratio().high() > 0.5);
    assertEquals("half / one 0.500 (0.487 to 0.513), p < 0.001", contrast.text());
  }

  @Test
  void noDifferenceIsATie() {
    BySeed one = logs("one", 1, 2, 3, 4);
    Contrast contrast =
        Contrast.family(List.of(new Pair(logs("same", 1, 2, 3, 4), one))).getFirst();
    assertFalse(contrast.lower() || contrast.higher());
    assertEquals(1, contrast.p());
    assertEquals(1, contrast.ratio().high());
  }

  @Test
  void oneOfManyNeedsMoreThanOneAlone() {
    BySeed one = logs("one", 1, 1, 1, 1);
    Pair lower = new Pair(logs("lower", 0.9, 0.85, 0.95, 0.8), one);
    assertTrue(Contrast.family(List.of(lower)).getFirst().lower());
    List<Pair> many = new ArrayList<>(List.of(lower));
    for (int i = 0; i < 20; i++) {
      many.add(new Pair(logs("other", 1, 1.1, 0.9, 1), one));
    }
    Contrast among = Contrast.family(many).getFirst();
    assertFalse(among.lower());
    assertEquals(21 * among.test().pT(), among.p(), 1e-12);
  }

  @Test
  void seedsThatAreMissingAreAnError() {
    BySeed three = logs("three", 1, 2, 3);
    BySeed four = logs("four", 1, 2, 3, 4);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Pair(three, four)).getMessage();
    assertTrue(message.contains("three has seeds [1, 2, 3], four has [1, 2, 3, 4]"), message);
    assertThrows(IllegalArgumentException.class, () -> BySeed.mean("both", List.of(three, four)));
    assertThrows(
        IllegalArgumentException.class, () -> new BySeed("empty", new TreeMap<>(Map.of())));
    BySeed.Builder twice = new BySeed.Builder("twice");
    twice.add(1, 2);
    assertThrows(IllegalArgumentException.class, () -> twice.add(1, 2));
    assertThrows(IllegalArgumentException.class, () -> logs("negative", -1));
  }

  @Test
  void seedsPairUpWhateverTheirOrder() {
    BySeed.Builder backwards = new BySeed.Builder("backwards");
    backwards.add(3, 3);
    backwards.add(1, 1);
    backwards.add(2, 2);
    BySeed mean = BySeed.mean("mean", List.of(backwards.build(), backwards.build().map(v -> -v)));
    assertEquals(List.of(1L, 2L, 3L), List.copyOf(mean.values().keySet()));
    assertEquals(List.of(1.0, 2.0, 3.0), List.copyOf(backwards.build().values().values()));
    assertEquals(0, mean.values().get(3L));
  }

  @Test
  void aClaimHoldsOfAllOfNoneOrDepends() {
    BySeed one = logs("one", 1, 1, 1, 1);
    Pair lower = new Pair(logs("lower", 0.5, 0.51, 0.5, 0.49), one);
    Pair same = new Pair(logs("same", 1, 1.1, 0.9, 1), one);
    assertEquals(Outcome.CONFIRMED, outcome(FULL, lower, lower));
    Pair higher = new Pair(logs("higher", 2, 2.1, 2, 1.9), one);
    assertEquals(Outcome.DEPENDS, outcome(FULL, lower, higher));
    assertEquals(Outcome.DEPENDS, outcome(FULL, lower, same, higher));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(FULL, higher));
    assertEquals(Outcome.NOT_CONFIRMED, outcome(FULL, higher, same));
    assertEquals(Outcome.OPEN, outcome(FULL, same));
    assertEquals(Outcome.OPEN, outcome(FULL, lower, same));
    assertEquals(Outcome.OPEN, outcome(FULL));
    assertEquals(Outcome.OPEN, outcome(new Setup(4, true, Optional.empty()), lower));
    Pair few = new Pair(logs("few", 0.5, 0.5), logs("one", 1, 1));
    assertEquals(Outcome.OPEN, outcome(FULL, few));
  }

  @Test
  void asGoodIsAskedOfTheIntervalNotOfTheMean() {
    BySeed one = logs("one", 1, 1, 1, 1);
    Contrast close = contrast(logs("close", 1.02, 1.03, 1.02, 1.03), one);
    Contrast wide = contrast(logs("wide", 0.8, 1.2, 0.9, 1.1), one);
    Contrast worse = contrast(logs("worse", 1.1, 1.11, 1.1, 1.11), one);
    assertTrue(close.asGood() && close.higher());
    assertFalse(wide.asGood() || wide.notAsGood() || wide.notLower());
    assertTrue(worse.notAsGood() && worse.notLower());
  }

  private static Contrast contrast(BySeed first, BySeed second) {
    return Contrast.family(List.of(new Pair(first, second))).getFirst();
  }

  private static Outcome outcome(Setup setup, Pair... pairs) {
    return Contrast.outcome(
        setup, Contrast.family(List.of(pairs)), Contrast::lower, Contrast::notLower);
  }
}
