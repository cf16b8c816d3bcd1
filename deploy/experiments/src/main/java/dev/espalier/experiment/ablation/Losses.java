package dev.espalier.experiment.ablation;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.BySeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The errors that were measured.
 *
 * @param methods in the order of the grid
 * @param percents shares removed, ascending
 * @param mse by method, share and stage the mean square error of each seed
 * @param uncut by stage the error of each seed's network that is not cut: as trained, and after the
 *     epoch that fine-tunes the others
 */
record Losses(
    List<String> methods, List<Integer> percents, Map<Key, BySeed> mse, Map<Stage, BySeed> uncut) {
  /** Which error. */
  record Key(String method, int percent, Stage stage) {}

  Losses {
    methods = List.copyOf(methods);
    percents = List.copyOf(percents);
    mse = Map.copyOf(mse);
    uncut = Map.copyOf(uncut);
  }

  static Losses of(List<CellResult> results) {
    Map<Key, BySeed.Builder> builders = new LinkedHashMap<>();
    BySeed.Builder trained = new BySeed.Builder(Ablation.UNCUT);
    BySeed.Builder tuned = new BySeed.Builder(Ablation.UNCUT);
    for (CellResult result : results) {
      String method = result.cell().get(Ablation.METHOD);
      if (method.equals(Ablation.UNCUT)) {
        Table uncut = result.table(Ablation.UNCUT);
        trained.add(result.cell().seed(), uncut.numbers("mse_uncut")[0]);
        tuned.add(result.cell().seed(), uncut.numbers("mse_tuned")[0]);
        continue;
      }
      Table cuts = result.table("cuts");
      for (Stage stage : Stage.values()) {
        cuts.numbersBy("removed_percent", stage.column())
            .forEach(
                (percent, mse) ->
                    builders
                        .computeIfAbsent(
                            new Key(method, Integer.parseInt(percent), stage),
                            key -> new BySeed.Builder(method))
                        .add(result.cell().seed(), mse));
      }
    }
    Map<Key, BySeed> mse = new LinkedHashMap<>();
    builders.forEach((key, builder) -> mse.put(key, builder.build()));
    return new Losses(
        mse.keySet().stream().map(Key::method).distinct().toList(),
        List.copyOf(new TreeSet<>(mse.keySet().stream().map(Key::percent).toList())),
        mse,
        Map.of(Stage.CUT, trained.build(), Stage.TUNED, tuned.build()));
  }

  boolean has(Method method) {
    return methods.contains(method.label());
  }

  /** The error of each seed. */
  BySeed at(String method, int percent, Stage stage) {
    BySeed found = mse.get(new Key(method, percent, stage));
    if (found == null) {
      throw new IllegalArgumentException(
          "method " + method + " was not run with " + percent + " % removed; run all cells");
    }
    return found;
  }

  /** Natural logarithm of the error, seed by seed. */
  BySeed log(String method, int percent, Stage stage) {
    return at(method, percent, stage).map(Math::log);
  }

  /** Mean over the shares removed of the error's natural logarithm, seed by seed. */
  BySeed pooled(String method, Stage stage) {
    List<BySeed> logs = new ArrayList<>();
    percents.forEach(percent -> logs.add(log(method, percent, stage)));
    return BySeed.mean(method, logs);
  }
}
