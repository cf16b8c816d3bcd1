package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Table;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.GroupKind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShuffledGradientsTest {
  private static final int[][] GROUPS = {{0, 1}, {1}, {1, 2}, {0}, {2}};
  private static final int[] ENDS = {500, 700, 1700, 4000, 9000};

  /** Groups 0, 1, 2; group 1 couples and has the cells 0, 1, 2. */
  private static GradientField field(double coupling) {
    SplittableRandom random = new SplittableRandom(4);
    float[] absolute = new float[9000];
    float[] squared = new float[9000];
    for (int i = 0; i < absolute.length; i++) {
      double g = random.nextGaussian() * (i < 1700 ? coupling : 1);
      absolute[i] = (float) Math.abs(g);
      squared[i] = (float) (g * g);
    }
    return new GradientField(GROUPS, ENDS, absolute, squared, 3);
  }

  private static DependencyGraph graph() {
    DependencyGraph.Builder graph = DependencyGraph.newBuilder();
    for (int g = 0; g < 3; g++) {
      graph.addGroups(
          Group.newBuilder()
              .setId("g" + g)
              .setUnits(10 * (g + 1))
              .setKind(g == 1 ? GroupKind.GROUP_KIND_COUPLING : GroupKind.GROUP_KIND_COMPONENT));
    }
    return graph.build();
  }

  private static Table table(double coupling) {
    GradientField field = field(coupling);
    return CellTables.shuffled(graph(), field, ShuffledGradients.sums(field, 300, 9));
  }

  private static double read(Table table, Normalisation normalisation, String column) {
    return table
        .where("group", "g1")
        .where("normalisation", normalisation.id())
        .where("metric", "importance")
        .numbers(column)[0];
  }

  @Test
  void likeGradientsAreNoMoreThanTheirSize() {
    Table table = table(1);
    for (Normalisation n : Normalisation.values()) {
      assertEquals(1, read(table, n, "ratio"), 0.05, n + ": " + table);
      assertTrue(Math.abs(read(table, n, "z")) < 3, n + ": z = " + read(table, n, "z"));
      assertTrue(read(table, n, "p") > 0.01, n + ": p = " + read(table, n, "p"));
      assertTrue(
          read(table, n, "null_low") <= read(table, n, "share")
              && read(table, n, "share") <= read(table, n, "null_high"),
          n.words());
    }
    assertEquals(1.0 / 3, read(table, Normalisation.MEAN, "null_share"), 0.01);
    // Parameters: 2800, 1700 and 6000; a parameter of two groups counts in both.
    assertEquals(1700.0 / 10500, read(table, Normalisation.SUM, "null_share"), 0.01);
    double units = 2800 / 10.0 + 1700 / 20.0 + 6000 / 30.0;
    assertEquals(85 / units, read(table, Normalisation.UNIT, "null_share"), 0.01);
  }

  @Test
  void largerGradientsStandOut() {
    Table table = table(2);
    for (Normalisation n : Normalisation.values()) {
      assertTrue(read(table, n, "ratio") > 1.3, n + ": " + read(table, n, "ratio"));
      assertTrue(read(table, n, "z") > 10, n + ": z = " + read(table, n, "z"));
      assertEquals(1.0 / 301, read(table, n, "p"), 1e-12);
    }
    assertEquals(1, read(table, Normalisation.MEAN, "rank"));
  }

  @Test
  void aShuffleLosesNothing() {
    GradientField field = field(1);
    GradientField whole =
        new GradientField(
            new int[][] {{0}, {1}}, new int[] {2000, 9000}, field.absolute(), field.squared(), 2);
    double[][] before = whole.sums();
    for (double[][] after : ShuffledGradients.sums(whole, 20, 3)) {
      for (int m = 0; m < 2; m++) {
        assertEquals(before[m][0] + before[m][1], after[m][0] + after[m][1], 1e-6);
      }
    }
    assertArrayEquals(new long[] {2000, 7000}, whole.parameters());
  }

  /** Three parameters, two of them in one group: each pair comes in a third of all shuffles. */
  @Test
  void allOrdersAreAsLikely() {
    GradientField field =
        new GradientField(
            new int[][] {{0}, {1}},
            new int[] {1, 3},
            new float[] {1, 2, 4},
            new float[] {1, 4, 16},
            2);
    int[] seen = new int[5];
    for (double[][] sums : ShuffledGradients.sums(field, 30_000, 3)) {
      seen[(int) sums[0][0]]++;
      assertEquals(sums[0][0] * sums[0][0], sums[1][0], "a parameter's two numbers stay together");
    }
    for (int value : new int[] {1, 2, 4}) {
      assertEquals(10_000, seen[value], 400, "times that " + value + " stood alone");
    }
  }
}
