package dev.espalier.experiment.ablation;

import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.Contrast;
import dev.espalier.experiment.compare.Contrast.Pair;
import dev.espalier.experiment.compare.Numbers;
import dev.espalier.experiment.statistics.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tables to read.
 *
 * @param losses what was measured
 */
record AblationTables(Losses losses) {
  /**
   * A row a method, best after fine-tuning first.
   *
   * @param withDefault contrasts of all methods with the default
   */
  Table pooled(Map<Stage, List<Contrast>> withDefault) {
    Table.Builder table =
        Table.of(
            "against-default",
            "method",
            "ratio after the cut",
            "p after the cut",
            "ratio after fine-tuning",
            "p after fine-tuning");
    Map<String, Contrast> cut = new HashMap<>();
    withDefault.get(Stage.CUT).forEach(contrast -> cut.put(contrast.first(), contrast));
    withDefault.get(Stage.TUNED).stream()
        .sorted((a, b) -> Double.compare(a.ratio().mean(), b.ratio().mean()))
        .forEach(
            tuned -> {
              Contrast before = cut.get(tuned.first());
              table.row(
                  tuned.first(),
                  Numbers.interval(before.ratio()),
                  Numbers.p(before.p()),
                  Numbers.interval(tuned.ratio()),
                  Numbers.p(tuned.p()));
            });
    return table.build();
  }

  /** Errors and ratios, a row a method and a column a share removed; uncut is the same over all. */
  List<Table> byShare() {
    return Stream.of(Stage.values())
        .flatMap(stage -> Stream.of(errors(stage), ratios(stage)))
        .toList();
  }

  private Table errors(Stage stage) {
    Table.Builder table = Table.of("error-" + stage.name().toLowerCase(Locale.ROOT), columns());
    List<Object> uncut = new ArrayList<>(List.of(Ablation.UNCUT));
    losses
        .percents()
        .forEach(
            percent -> uncut.add(Numbers.interval(Interval.of(losses.uncut().get(stage).array()))));
    table.row(uncut.toArray());
    for (String method : losses.methods()) {
      List<Object> row = new ArrayList<>(List.of(method));
      for (int percent : losses.percents()) {
        row.add(Numbers.interval(Interval.of(losses.at(method, percent, stage).array())));
      }
      table.row(row.toArray());
    }
    return table.build();
  }

  private Table ratios(Stage stage) {
    String byDefault = Method.DEFAULT.label();
    List<String> others = losses.methods().stream().filter(m -> !m.equals(byDefault)).toList();
    List<Pair> pairs = new ArrayList<>();
    for (String method : others) {
      for (int percent : losses.percents()) {
        pairs.add(
            new Pair(losses.log(method, percent, stage), losses.log(byDefault, percent, stage)));
      }
    }
    List<Contrast> contrasts = Contrast.family(pairs);
    Table.Builder table = Table.of("ratio-" + stage.name().toLowerCase(Locale.ROOT), columns());
    int width = losses.percents().size();
    for (int m = 0; m < others.size(); m++) {
      List<Object> row = new ArrayList<>(List.of(others.get(m)));
      contrasts.subList(m * width, (m + 1) * width).stream()
          .map(c -> Numbers.interval(c.ratio()) + (c.lower() || c.higher() ? " *" : ""))
          .forEach(row::add);
      table.row(row.toArray());
    }
    return table.build();
  }

  private String[] columns() {
    return Stream.concat(
            Stream.of("method"), losses.percents().stream().map(percent -> percent + " % removed"))
        .toArray(String[]::new);
  }
}
