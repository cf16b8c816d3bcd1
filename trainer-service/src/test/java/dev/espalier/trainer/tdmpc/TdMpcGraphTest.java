package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.onnx.Component;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.task.Autoencoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TdMpcGraphTest {
  private static final List<String> OUTPUTS =
      List.of("reward", "q1", "q2", "policy", "next_policy");

  @Test
  void componentsAreNamed() {
    OnnxModel model = TdMpcGraph.fresh(new TdMpcSizes(6, 10, 12), 1);

    assertEquals(
        List.of("encoder", "dynamics", "reward", "q1", "q2", "policy"),
        model.initializers().keySet().stream().map(Component::of).distinct().toList());
    assertArrayEquals(new int[] {6, 10}, model.initializers().get("encoder.2.weight").dims());
    assertArrayEquals(new int[] {12, 7}, model.initializers().get("dynamics.0.weight").dims());
    assertArrayEquals(new int[] {6, 12}, model.initializers().get("dynamics.4.weight").dims());
    assertArrayEquals(new int[] {1, 12}, model.initializers().get("q2.4.weight").dims());
    assertArrayEquals(new int[] {12, 6}, model.initializers().get("policy.0.weight").dims());
    assertEquals("z_next=z", model.metadata().get("espalier.feedback"));
    assertEquals(OUTPUTS, model.outputs().stream().map(output -> output.getName()).toList());
    TdMpcGraph.check(model);
  }

  @Test
  void sameSeedSameModel() {
    TdMpcSizes sizes = TdMpcSizes.defaults();
    assertEquals(TdMpcGraph.fresh(sizes, 4).digest(), TdMpcGraph.fresh(sizes, 4).digest());
    assertTrue(!TdMpcGraph.fresh(sizes, 4).digest().equals(TdMpcGraph.fresh(sizes, 5).digest()));
  }

  @Test
  void forwardEqualsOnnxRuntime() throws OrtException {
    OnnxModel model = TdMpcGraph.fresh(TdMpcSizes.defaults(), 2);
    SplittableRandom random = new SplittableRandom(3);
    int rows = 17;
    float[] observations = Tables.random(random, rows * 3, 3);
    float[] actions = Tables.random(random, rows, 1);
    Map<String, float[]> expected = onnxRuntime(model, observations, actions, rows);
    try (NDManager manager = Torch.newManager();
        OnnxNetwork network = new OnnxNetwork(model, manager);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      WorldModel world = new WorldModel(network);
      NDList all =
          network.evaluate(
              Map.of("obs", world.array(observations, 3), "action", world.array(actions, 1)),
              OUTPUTS);
      for (int i = 0; i < OUTPUTS.size(); i++) {
        assertArrayEquals(
            expected.get(OUTPUTS.get(i)), all.get(i).toFloatArray(), 1e-5f, OUTPUTS.get(i));
      }

      var z = world.encode(world.array(observations, 3));
      NDList step = world.step(z, world.array(actions, 1));
      NDList values = world.values(z, world.array(actions, 1));
      Map<String, float[]> parts =
          Map.of(
              "reward", step.get(1).toFloatArray(),
              "q1", values.get(0).toFloatArray(),
              "q2", values.get(1).toFloatArray(),
              "policy", world.policy(z).toFloatArray(),
              "next_policy", world.policy(step.get(0)).toFloatArray());
      parts.forEach((name, part) -> assertArrayEquals(expected.get(name), part, 1e-5f, name));
    }
  }

  @Test
  void otherModelsAreDeclined() {
    assertDeclined(new Autoencoder(8).freshModel(1), "obs");
    OnnxBuilder wide =
        new OnnxBuilder("m").input("obs", -1, 4).input("action", -1, 1).output("obs", -1, 4);
    assertDeclined(wide.build(), "[batch, 3]");
    OnnxBuilder empty =
        new OnnxBuilder("m").input("obs", -1, 3).input("action", -1, 1).output("obs", -1, 3);
    assertDeclined(empty.build(), "\"z\"");
    OnnxModel fresh = TdMpcGraph.fresh(TdMpcSizes.defaults(), 1);
    assertDeclined(ToyModels.dropping(fresh), "Dropout");
    assertThrows(InvalidInput.class, () -> new TdMpcSizes(0, 8, 8));
    assertThrows(InvalidInput.class, () -> new TdMpcSizes(8, 8, 4097));
  }

  @Test
  void sizesThatDoNotFitAreDeclined() {
    OnnxModel model = TdMpcGraph.fresh(new TdMpcSizes(6, 10, 12), 1);
    OnnxModel torn =
        model.withInitializers(
            List.of(
                dev.espalier.onnx.Tensor.of("dynamics.4.weight", new int[] {5, 12}, new float[60]),
                dev.espalier.onnx.Tensor.of("dynamics.4.bias", new int[] {5}, new float[5])));
    InvalidInput e =
        assertThrows(
            InvalidInput.class, () -> new PendulumJudge(TdMpcSettings.defaults()).judge(torn, 1));
    assertEquals("model", e.field());
  }

  private static void assertDeclined(OnnxModel model, String found) {
    InvalidInput e = assertThrows(InvalidInput.class, () -> TdMpcGraph.check(model));
    assertEquals("model", e.field());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }

  private static Map<String, float[]> onnxRuntime(
      OnnxModel model, float[] observations, float[] actions, int rows) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model.bytes());
        OnnxTensor obs =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(observations), new long[] {rows, 3});
        OnnxTensor action =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(actions), new long[] {rows, 1});
        OrtSession.Result result = session.run(Map.of("obs", obs, "action", action))) {
      return OUTPUTS.stream()
          .collect(
              Collectors.toMap(
                  name -> name,
                  name -> {
                    FloatBuffer buffer =
                        ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
                    float[] array = new float[buffer.remaining()];
                    buffer.get(array);
                    return array;
                  }));
    }
  }
}
