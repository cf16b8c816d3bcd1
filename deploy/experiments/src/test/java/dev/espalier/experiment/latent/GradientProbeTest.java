package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.trainer.data.Dataset;
import dev.espalier.trainer.data.DrawnDigits;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.run.Learner;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.task.Autoencoder;
import dev.espalier.trainer.task.Loss;
import dev.espalier.trainer.task.Supervised;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GradientProbeTest {
  private static final Dataset DATA = Dataset.split(DrawnDigits.draw(100, 1));

  private static DependencyGraph graph(OnnxModel model) {
    return GraphMessages.of(new Pruner().analyze(model).graph(), "", model.digest(), "");
  }

  @Test
  void anMlpsSumsAreTheTrainersOwn() {
    assertAsTheTrainers(new Autoencoder(8).freshModel(3));
  }

  @Test
  void aNormalisedNetworksSumsAreTheTrainersOwn() {
    assertAsTheTrainers(new ConvolutionalAutoencoder(8).fresh(3));
  }

  private static void assertAsTheTrainers(OnnxModel model) {
    DependencyGraph graph = graph(model);
    try (Supervised objective = new Supervised(model, DATA, Loss.MSE, 32, 1)) {
      GradientField field = GradientProbe.of(model, graph, objective, 0, 1);
      GroupStatistics expected = trainers(model, graph, objective);
      assertArrayEquals(expected.count(), field.parameters());
      double[][] sums = field.sums();
      for (int g = 0; g < graph.getGroupsCount(); g++) {
        double n = expected.count()[g];
        assertClose(expected.meanAbsoluteGradient()[g] * n, sums[0][g], graph.getGroups(g).getId());
        assertClose(expected.meanSquaredGradient()[g] * n, sums[1][g], graph.getGroups(g).getId());
      }
    }
  }

  private static void assertClose(double expected, double actual, String what) {
    assertEquals(1, actual / expected, 1e-5, what);
  }

  /** A step of the trainer, on the same batch. */
  private static GroupStatistics trainers(
      OnnxModel model, DependencyGraph graph, Supervised objective) {
    try (Learner learner = new Learner(model, AdamSettings.of(1e-3))) {
      Membership membership =
          new Membership(
              learner.shapes(),
              learner.untrained(),
              graph.getGroupsList().stream().map(GradientProbeTest::slices).toList());
      CellSums sums = new CellSums(membership.cells());
      return learner
          .step(objective, 0, 0, membership, L1Penalty.none(membership), sums, Optional.empty())
          .statistics();
    }
  }

  private static GroupSlices slices(Group group) {
    return new GroupSlices(
        group.getId(),
        group.getSlicesList().stream()
            .map(
                s ->
                    new GroupSlices.Slice(
                        s.getInitializer(),
                        s.getAxis(),
                        s.getIndexList().stream().mapToInt(Integer::intValue).toArray()))
            .toList());
  }

  /** Element by element, without cells: how many trained parameters lie in a union of slices. */
  @Test
  void aParameterOfTwoGroupsCountsInBoth() {
    OnnxModel model = new ConvolutionalAutoencoder(3).fresh(3);
    DependencyGraph graph = graph(model);
    try (Supervised objective = new Supervised(model, DATA, Loss.MSE, 32, 1)) {
      long[] parameters = GradientProbe.of(model, graph, objective, 0, 1).parameters();
      for (int g = 0; g < parameters.length; g++) {
        long count = 0;
        for (Tensor tensor : model.initializers().values()) {
          count += tensor.name().contains("running") ? 0 : union(tensor, graph.getGroups(g));
        }
        assertEquals(count, parameters[g], graph.getGroups(g).getId());
      }
    }
  }

  private static long union(Tensor tensor, Group group) {
    List<Slice> slices =
        group.getSlicesList().stream()
            .filter(slice -> slice.getInitializer().equals(tensor.name()))
            .toList();
    int size = 1;
    for (int dim : tensor.dims()) {
      size *= dim;
    }
    long count = 0;
    for (int element = 0; element < size; element++) {
      int[] index = new int[tensor.dims().length];
      for (int a = index.length - 1, rest = element; a >= 0; rest /= tensor.dims()[a--]) {
        index[a] = rest % tensor.dims()[a];
      }
      count += slices.stream().anyMatch(s -> s.getIndexList().contains(index[s.getAxis()])) ? 1 : 0;
    }
    return count;
  }

  @Test
  void severalBatchesAreAveraged() {
    OnnxModel model = new Autoencoder(2).freshModel(3);
    DependencyGraph graph = graph(model);
    try (Supervised objective = new Supervised(model, DATA, Loss.MSE, 45, 1)) {
      double[][] one = GradientProbe.of(model, graph, objective, 0, 1).sums();
      double[][] two = GradientProbe.of(model, graph, objective, 0, 2).sums();
      double ratio = two[0][0] / one[0][0];
      assertEquals(1, ratio, 0.3, "two batches of like images, averaged");
      double[][] again = GradientProbe.of(model, graph, objective, 0, 1).sums();
      assertArrayEquals(one, again, "a batch's gradients do not stay for the next");
    }
  }
}
