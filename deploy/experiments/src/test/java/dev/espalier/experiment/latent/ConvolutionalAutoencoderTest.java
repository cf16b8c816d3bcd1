package dev.espalier.experiment.latent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.DependencyGraph;
import dev.espalier.pruner.graph.Group;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConvolutionalAutoencoderTest {
  private static final int BATCH = 3;

  @Test
  void theTrainersForwardPassIsOnnxRuntimes() throws Exception {
    OnnxModel model = new ConvolutionalAutoencoder(8).fresh(5);
    float[] pixels = new float[BATCH * 784];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    float[] expected = byOnnxRuntime(model, pixels);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest > 0.01, "an output of zeros says nothing");
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      float[] made = network.forward(manager.create(pixels, new Shape(BATCH, 784))).toFloatArray();
      assertEquals(expected.length, made.length);
      for (int i = 0; i < made.length; i++) {
        assertEquals(expected[i], made[i], 1e-5 * largest, "pixel " + i);
      }
    }
  }

  private static float[] byOnnxRuntime(OnnxModel model, float[] pixels) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {BATCH, 784};
    try (OrtSession session = environment.createSession(model.bytes());
        OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      float[] values = new float[pixels.length];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
      return values;
    }
  }

  @Test
  void theLatentAxisIsTheOneCouplingGroup() {
    DependencyGraph graph = new Pruner().analyze(new ConvolutionalAutoencoder(8).fresh(5)).graph();
    assertEquals(
        List.of("encoder.0", "encoder.3", "encoder.7", "decoder.0", "decoder.3"),
        graph.groups().stream().map(Group::id).toList());
    List<Group> coupling = graph.groups().stream().filter(Group::coupling).toList();
    assertEquals(1, coupling.size());
    assertEquals(8, coupling.getFirst().units());
    assertEquals(8 * (1568 + 1 + 1568), coupling.getFirst().parameters());
  }

  @Test
  void theSeedMakesTheWeights() {
    OnnxModel model = new ConvolutionalAutoencoder(4).fresh(1);
    assertEquals(model.digest(), new ConvolutionalAutoencoder(4).fresh(1).digest());
    assertTrue(!model.digest().equals(new ConvolutionalAutoencoder(4).fresh(2).digest()));
  }
}
