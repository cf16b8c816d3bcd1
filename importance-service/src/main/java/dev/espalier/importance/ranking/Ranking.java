package dev.espalier.importance.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Groups by importance, the highest first; ties break by group id.
 *
 * @param order column of the group at each place
 * @param rank place of each group's column, 1 for the most important
 */
public record Ranking(int[] order, int[] rank) {

  /**
   * @param importance one a group, finite
   * @param ids one a group, unique
   * @throws IllegalArgumentException where the two differ in length
   */
  public static Ranking of(double[] importance, List<String> ids) {
    if (importance.length != ids.size()) {
      throw new IllegalArgumentException(
          "importance has " + importance.length + " values: must have " + ids.size());
    }
    Integer[] columns = new Integer[importance.length];
    Arrays.setAll(columns, i -> i);
    Arrays.sort(
        columns,
        Comparator.<Integer>comparingDouble(i -> -importance[i]).thenComparing(i -> ids.get(i)));
    int[] order = new int[columns.length];
    int[] rank = new int[columns.length];
    for (int place = 0; place < order.length; place++) {
      order[place] = columns[place];
      rank[order[place]] = place + 1;
    }
    return new Ranking(order, rank);
  }
}
