package dev.espalier.experiment.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.run.RunGroups;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorCells;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.trainer.task.Objective;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Takes the gradients of a network as it stands, without a step. */
final class GradientProbe {
  private GradientProbe() {}

  /**
   * The task's gradients in training passes, as the trainer takes them.
   *
   * @param graph the model's groups
   * @param objective whose batches are taken
   * @param epoch of the objective, whose batches
   * @param batches how many, from the epoch's first on
   */
  static GradientField of(
      OnnxModel model, DependencyGraph graph, Objective objective, int epoch, int batches) {
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager)) {
      Torch.recordGradients(false);
      objective.startEpoch(network, epoch);
      List<double[]> absolute = zeros(network);
      List<double[]> squared = zeros(network);
      network.training(true);
      for (int batch = 0; batch < batches; batch++) {
        add(network, objective, batch, absolute, squared);
      }
      return arranged(membership(network, graph), absolute, squared, batches);
    } finally {
      Torch.recordGradients(false);
    }
  }

  private static List<double[]> zeros(OnnxNetwork network) {
    return network.parameterArrays().values().stream()
        .map(array -> new double[Math.toIntExact(array.size())])
        .toList();
  }

  private static void add(
      OnnxNetwork network,
      Objective objective,
      int batch,
      List<double[]> absolute,
      List<double[]> squared) {
    Torch.seed(batch);
    Torch.recordGradients(true);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.backward(objective.loss(network, batch));
      Torch.recordGradients(false);
      int tensor = 0;
      for (NDArray value : network.parameterArrays().values()) {
        FloatBuffer gradient = floats(value.getGradient());
        double[] a = absolute.get(tensor);
        double[] s = squared.get(tensor++);
        for (int i = 0; i < a.length; i++) {
          double g = gradient.get(i);
          a[i] += Math.abs(g);
          s[i] += g * g;
          gradient.put(i, 0);
        }
      }
    }
  }

  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Which groups each parameter of a network belongs to. */
  static Membership membership(OnnxNetwork network, DependencyGraph graph) {
    List<TensorShape> shapes = new ArrayList<>();
    for (Map.Entry<String, NDArray> e : network.parameterArrays().entrySet()) {
      long[] dims = e.getValue().getShape().getShape();
      shapes.add(
          new TensorShape(e.getKey(), Arrays.stream(dims).mapToInt(Math::toIntExact).toArray()));
    }
    return new Membership(
        shapes,
        network.untrained(),
        graph.getGroupsList().stream().map(RunGroups::slices).toList());
  }

  /** The largest cell comes last: a shuffle need not look at it. */
  private static GradientField arranged(
      Membership membership, List<double[]> absolute, List<double[]> squared, int batches) {
    int[] sizes = new int[membership.cells()];
    walk(membership, (cell, tensor, from, to) -> sizes[cell] += to - from);
    int[] order =
        IntStream.range(0, sizes.length)
            .filter(cell -> sizes[cell] > 0 && membership.groupsOf(cell).length > 0)
            .boxed()
            .sorted(Comparator.comparingInt(cell -> sizes[cell]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] at = new int[sizes.length];
    Arrays.fill(at, -1);
    int[] ends = new int[order.length];
    int end = 0;
    for (int i = 0; i < order.length; i++) {
      at[order[i]] = end;
      end += sizes[order[i]];
      ends[i] = end;
    }
    float[] a = new float[end];
    float[] s = new float[end];
    walk(
        membership,
        (cell, tensor, from, to) -> {
          for (int i = from; i < to && at[cell] >= 0; i++) {
            a[at[cell]] = (float) (absolute.get(tensor)[i] / batches);
            s[at[cell]++] = (float) (squared.get(tensor)[i] / batches);
          }
        });
    return new GradientField(
        Arrays.stream(order).mapToObj(membership::groupsOf).toArray(int[][]::new),
        ends,
        a,
        s,
        membership.groups().size());
  }

  /** Some elements of a tensor that are of one cell. */
  private interface Stretch {
    void of(int cell, int tensor, int from, int to);
  }

  private static void walk(Membership membership, Stretch stretch) {
    for (int t = 0; t < membership.shapes().size(); t++) {
      TensorCells.Runs runs = membership.tensors().get(t).runs();
      int size = membership.shapes().get(t).size();
      for (int from = 0; from < size; ) {
        stretch.of(runs.cell(), t, from, runs.end());
        from = runs.end();
        runs.next();
      }
    }
  }
}
