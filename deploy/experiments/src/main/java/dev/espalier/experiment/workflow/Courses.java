package dev.espalier.experiment.workflow;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.Table;
import dev.espalier.experiment.compare.BySeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How training went in every cell.
 *
 * @param percents shares removed, ascending, without 0
 * @param cells by scheme and share the results of each seed
 */
record Courses(List<Integer> percents, Map<Key, List<CellResult>> cells) {
  /** Which setting; the share is 0 for the scheme that never cuts. */
  record Key(Scheme scheme, int percent) {}

  Courses {
    percents = List.copyOf(percents);
    cells = Map.copyOf(cells);
  }

  static Courses of(List<CellResult> results) {
    Map<Key, List<CellResult>> cells = new LinkedHashMap<>();
    TreeSet<Integer> percents = new TreeSet<>();
    for (CellResult result : results) {
      int percent = Integer.parseInt(result.cell().get(Workflow.REMOVED));
      Key key = new Key(Scheme.of(result.cell().get(Workflow.SCHEME)), percent);
      cells.computeIfAbsent(key, k -> new ArrayList<>()).add(result);
      percents.add(percent);
    }
    percents.remove(0);
    return new Courses(List.copyOf(percents), cells);
  }

  /** The cells of a scheme, one a seed. */
  List<CellResult> of(Scheme scheme, int percent) {
    List<CellResult> found = cells.get(new Key(scheme, scheme == Scheme.NEVER ? 0 : percent));
    if (found == null) {
      throw new IllegalArgumentException(
          "scheme "
              + scheme.label()
              + " was not run with "
              + percent
              + " % removed; run all cells");
    }
    return found;
  }

  /** A number of the end, seed by seed. */
  BySeed end(Scheme scheme, int percent, String column) {
    BySeed.Builder values = new BySeed.Builder(scheme.label());
    for (CellResult cell : of(scheme, percent)) {
      values.add(cell.cell().seed(), cell.table("end").numbers(column)[0]);
    }
    return values.build();
  }

  /** The loss right after the last cut, seed by seed, of a scheme that cuts. */
  BySeed afterCut(Scheme scheme, int percent) {
    BySeed.Builder values = new BySeed.Builder(scheme.label());
    for (CellResult cell : of(scheme, percent)) {
      double[] losses = cell.table("cuts").numbers("loss_after");
      values.add(cell.cell().seed(), losses[losses.length - 1]);
    }
    return values.build();
  }

  /** A column of the epochs, its mean over the seeds epoch by epoch. */
  double[] epochs(Scheme scheme, int percent, String column) {
    List<Table> tables = of(scheme, percent).stream().map(cell -> cell.table("epochs")).toList();
    double[] mean = new double[tables.getFirst().rows().size()];
    for (Table table : tables) {
      double[] numbers = table.numbers(column);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += numbers[i] / tables.size();
      }
    }
    return mean;
  }
}
