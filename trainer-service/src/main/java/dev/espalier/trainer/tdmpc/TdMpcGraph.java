package dev.espalier.trainer.tdmpc;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OperatorRules;
import dev.espalier.trainer.pendulum.Pendulum;
import dev.espalier.trainer.task.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The world model of TD-MPC (Hansen, Wang and Su 2022) for the pendulum, as one ONNX graph of the
 * inputs {@code obs} [batch, 3] and {@code action} [batch, 1], in [-1, 1] of the most torque:
 *
 * <pre>
 * z      = encoder(obs)                  reward = reward(z, action)
 * z_next = dynamics(z, action)           q1, q2 = q1(z, action), q2(z, action)
 * policy = tanh(policy(z))               next_policy = tanh(policy(z_next))
 * </pre>
 *
 * All heads read the one value {@code z}, and {@code z_next} is declared to be the next step's
 * {@code z}, so that a unit of the latent state is one unit of the encoder, the dynamics and all
 * heads. Neither is an output of the graph: an output keeps its shape, and the latent state may
 * shrink. {@code next_policy}, the policy's weights once more, makes {@code z_next} count for an
 * output. Rewards and values are in {@link #REWARD_SCALE} of the environment's.
 */
public final class TdMpcGraph {
  /** The task's name, in the model's metadata. */
  public static final String NAME = "pendulum-tdmpc";

  /** What the environment's rewards are multiplied by before they are learned. */
  public static final double REWARD_SCALE = 0.1;

  static final String OBSERVATION = "obs";
  static final String ACTION = "action";
  static final String LATENT = "z";
  static final String NEXT = "z_next";
  static final String REWARD = "reward";
  static final String Q1 = "q1";
  static final String Q2 = "q2";
  static final String POLICY = "policy";

  /** What the policy is before its tanh. */
  static final String UNBOUNDED = "/policy/4/Gemm_output_0";

  static final String NEXT_POLICY = "next_policy";

  private static final String FEEDBACK = "espalier.feedback";

  /** The target network, a slow copy of the parameters alone, has no running statistics. */
  private static final Set<String> OTHERWISE_IN_TRAINING = Set.of("BatchNormalization", "Dropout");

  private static final String BOTH = "/Concat_output_0";

  private TdMpcGraph() {}

  /** A fresh model; the same seed gives the same one. */
  public static OnnxModel fresh(TdMpcSizes sizes, long seed) {
    OnnxBuilder builder =
        new OnnxBuilder(NAME)
            .input(OBSERVATION, -1, Pendulum.OBSERVATION)
            .input(ACTION, -1, 1)
            .metadata(Task.METADATA, NAME)
            .metadata(FEEDBACK, NEXT + "=" + LATENT);
    Perceptrons layers = new Perceptrons(builder, seed);
    int latent = sizes.latent();
    int hidden = sizes.hidden();
    layers.add("encoder", OBSERVATION, LATENT, Pendulum.OBSERVATION, sizes.encoder(), latent);
    builder.node("Concat", "/Concat", List.of(LATENT, ACTION), BOTH, Map.of("axis", 1L));
    layers.add("dynamics", BOTH, NEXT, latent + 1, hidden, hidden, latent);
    for (String head : List.of(REWARD, Q1, Q2)) {
      layers.add(head, BOTH, head, latent + 1, hidden, hidden, 1);
    }
    int[] policy = {latent, hidden, hidden, 1};
    layers.add(POLICY, LATENT, UNBOUNDED, policy);
    builder.node("Tanh", "/policy/5/Tanh", List.of(UNBOUNDED), POLICY);
    layers.again(POLICY, "_next", NEXT, "/policy/4/Gemm_next_output_0", policy.length - 1);
    builder.node(
        "Tanh", "/policy/5/Tanh_next", List.of("/policy/4/Gemm_next_output_0"), NEXT_POLICY);
    for (String output : List.of(REWARD, Q1, Q2, POLICY, NEXT_POLICY)) {
      builder.output(output, -1, 1);
    }
    return builder.build();
  }

  /**
   * Checks that a model is one of this form, whatever its sizes: cut from a fresh one, say. Batch
   * normalisation and dropout have no place in it.
   *
   * @throws InvalidInput where it is not
   */
  public static void check(OnnxModel model) {
    checkInput(model, OBSERVATION, Pendulum.OBSERVATION);
    checkInput(model, ACTION, 1);
    if (model.inputs().size() != 2) {
      throw new InvalidInput(
          "model", model.inputs().size() + " inputs", "a world model takes obs and action alone");
    }
    for (String value : List.of(LATENT, NEXT, REWARD, Q1, Q2, UNBOUNDED, POLICY)) {
      if (model.producer(value).isEmpty()) {
        throw new InvalidInput(
            "model", NAME, "it makes no value \"" + value + "\"; train one of this task");
      }
    }
    for (Node node : model.nodes()) {
      if (OTHERWISE_IN_TRAINING.contains(node.operator())) {
        throw new InvalidInput(
            "model",
            NAME,
            "node "
                + node
                + " does otherwise in training than in planning; train one without "
                + node.operator());
      }
    }
    try {
      OperatorRules.check(model);
    } catch (OnnxException e) {
      throw new InvalidInput("model", NAME, e.getMessage());
    }
  }

  private static void checkInput(OnnxModel model, String name, int width) {
    for (ValueInfoProto input : model.inputs()) {
      TensorShapeProto shape = input.getType().getTensorType().getShape();
      if (input.getName().equals(name)
          && shape.getDimCount() == 2
          && shape.getDim(1).getDimValue() == width) {
        return;
      }
    }
    throw new InvalidInput(
        "model", NAME, "it has no input \"" + name + "\" of shape [batch, " + width + "]");
  }
}
