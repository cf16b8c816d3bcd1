package dev.espalier.trainer.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.espalier.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallNetworksTest {
  @Test
  void residualNetworkEvaluatesAndLearns() throws OrtException {
    OnnxModel model = SmallNetworks.residual();

    for (int batch : new int[] {1, 4}) {
      WholeNetworks.assertEvaluates(model, batch, 1e-5);
    }
    double[] losses = WholeNetworks.assertLearns(model, 8, 30, 0.05, List.of());

    assertTrue(losses[29] < losses[0] / 4, losses[0] + " to " + losses[29]);
  }

  @Test
  void encoderEvaluatesAndLearnsAtAnyBatchSize() throws OrtException {
    OnnxModel model = SmallNetworks.encoder();

    for (int batch : new int[] {1, 3, 5}) {
      WholeNetworks.assertEvaluates(model, batch, 1e-5);
    }
    double[] losses = WholeNetworks.assertLearns(model, 4, 30, 0.5, List.of());

    assertTrue(losses[29] < losses[0] / 4, losses[0] + " to " + losses[29]);
  }

  /** Literals, shapes and running statistics are no parameters. */
  @Test
  void parametersAreTheWeights() {
    OnnxModel model = SmallNetworks.residual();
    try (var manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager)) {
      int norms =
          (int) model.nodes().stream().filter(n -> n.operator().startsWith("Batch")).count();

      assertEquals(2 * norms, network.statisticsArrays().size());
      assertEquals(
          model.initializers().size(),
          network.parameterArrays().size() + network.statisticsArrays().size());
    }
  }
}
