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
 * @param uncut the error of each seed's network before it is cut
 */
record Losses(List<String> methods, List<Integer> percents, Map<Key, BySeed> mse, BySeed uncut) {
  /** Which error. */
  record Key(String method, int percent, Stage stage) {}

  Losses {
    methods = List.copyOf(methods);
    percents = List.copyOf(percents);
    mse = Map.copyOf(mse);
  }

  static Losses of(List<CellResult> results) {
    Map<Key, BySeed.Builder> builders = new LinkedHashMap<>();
    BySeed.Builder uncut = new BySeed.Builder("uncut");
    for (CellResult result : results) {
      String method = result.cell().get(Ablation.METHOD);
      Table cuts = result.table("cuts");
      if (method.equals(Method.DEFAULT.label())) {
        uncut.add(result.cell().seed(), cuts.numbers("mse_uncut")[0]);
      }
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
        uncut.build());
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
