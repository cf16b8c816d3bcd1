package dev.espalier.experiment.ablation;

import dev.espalier.experiment.compare.BySeed;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Contrast.Pair;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The families of contrasts that claims rest on, each over both stages and pooled over the shares
 * removed. What was not run is left out.
 *
 * @param losses what was measured
 */
record Comparisons(Losses losses) {
  private static final List<Sharing> SHARINGS = List.of(Sharing.SHARES, Sharing.UNIFORM);
  private static final List<UnitScore> GRADIENTS =
      List.of(UnitScore.TAYLOR, UnitScore.GRADIENT, UnitScore.FISHER);
  private static final List<UnitScore> NORMS = List.of(UnitScore.L1, UnitScore.L2);

  /** Every method but the default against the default. */
  Map<Stage, List<Contrast>> withDefault() {
    return family(
        stage ->
            losses.methods().stream()
                .filter(method -> !method.equals(Method.DEFAULT.label()))
                .map(method -> pair(method, Method.DEFAULT.label(), stage))
                .toList());
  }

  /** Every other combination of metrics against the default. */
  Map<Stage, List<Contrast>> combinations() {
    return family(
        stage ->
            Method.COMBINATIONS.stream()
                .map(sharing -> new Method(sharing, UnitScore.TAYLOR))
                .filter(method -> losses.has(method) && !method.equals(Method.DEFAULT))
                .map(method -> pair(method.label(), Method.DEFAULT.label(), stage))
                .toList());
  }

  /** Scores from gradients against norms, at the same sharing. */
  Map<Stage, List<Contrast>> gradientsAndNorms() {
    return family(
        stage ->
            GRADIENTS.stream()
                .flatMap(gradient -> NORMS.stream().flatMap(norm -> units(gradient, norm, stage)))
                .toList());
  }

  /** Every score against chance, at the same sharing. */
  Map<Stage, List<Contrast>> scoresAndChance() {
    return family(
        stage ->
            Stream.of(UnitScore.values())
                .filter(units -> units != UnitScore.RANDOM)
                .flatMap(units -> units(units, UnitScore.RANDOM, stage))
                .toList());
  }

  /** Sharing by the default importance against other ways, with the units' Taylor score. */
  Map<Stage, List<Contrast>> importanceAndOthers() {
    return family(
        stage ->
            Stream.of(Sharing.UNIFORM, Sharing.GLOBAL, Sharing.SHUFFLED)
                .map(sharing -> new Method(sharing, UnitScore.TAYLOR))
                .filter(losses::has)
                .map(method -> pair(Method.DEFAULT.label(), method.label(), stage))
                .toList());
  }

  /** Sharing by the default importance against sharing uniformly, over all unit scores. */
  Map<Stage, List<Contrast>> importanceAndUniform() {
    return family(stage -> sharings(stage).toList());
  }

  private Stream<Pair> units(UnitScore first, UnitScore second, Stage stage) {
    List<Sharing> both =
        SHARINGS.stream()
            .filter(s -> losses.has(new Method(s, first)) && losses.has(new Method(s, second)))
            .toList();
    return both.isEmpty()
        ? Stream.empty()
        : Stream.of(
            new Pair(
                mean(first.label(), both, s -> new Method(s, first), stage),
                mean(second.label(), both, s -> new Method(s, second), stage)));
  }

  private Stream<Pair> sharings(Stage stage) {
    List<UnitScore> both =
        Stream.of(UnitScore.values())
            .filter(units -> SHARINGS.stream().allMatch(s -> losses.has(new Method(s, units))))
            .toList();
    return both.isEmpty()
        ? Stream.empty()
        : Stream.of(
            new Pair(
                mean("shares", both, units -> new Method(Sharing.SHARES, units), stage),
                mean("uniform", both, units -> new Method(Sharing.UNIFORM, units), stage)));
  }

  private <T> BySeed mean(String name, List<T> over, Function<T, Method> method, Stage stage) {
    return BySeed.mean(
        name, over.stream().map(one -> losses.pooled(method.apply(one).label(), stage)).toList());
  }

  private Pair pair(String first, String second, Stage stage) {
    return new Pair(losses.pooled(first, stage), losses.pooled(second, stage));
  }

  /** Both stages are one family: their p are adjusted together. */
  static Map<Stage, List<Contrast>> family(Function<Stage, List<Pair>> pairs) {
    List<Pair> all = new ArrayList<>();
    Stream.of(Stage.values()).forEach(stage -> all.addAll(pairs.apply(stage)));
    List<Contrast> contrasts = Contrast.family(all);
    int half = contrasts.size() / 2;
    Map<Stage, List<Contrast>> byStage = new EnumMap<>(Stage.class);
    byStage.put(Stage.CUT, contrasts.subList(0, half));
    byStage.put(Stage.TUNED, contrasts.subList(half, contrasts.size()));
    return byStage;
  }
}
