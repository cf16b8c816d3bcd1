package dev.espalier.trainer.tdmpc;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.List;
import java.util.Map;

/** World models whose best actions are known. The latent state is the observation. */
final class ToyModels {
  private ToyModels() {}

  /** Nothing moves; the reward is -|action - obs[0]|; values are 0. */
  static OnnxModel follow() {
    OnnxBuilder builder = start("follow", new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 0);
    builder
        .initializer("reward.0.weight", new int[] {2, 4}, new float[] {1, 0, 0, -1, -1, 0, 0, 1})
        .initializer("reward.2.weight", new int[] {1, 2}, new float[] {-1, -1})
        .node("Gemm", "/reward/0/Gemm", List.of("za", "reward.0.weight"), "off", transposed())
        .node("Relu", "/reward/1/Relu", List.of("off"), "part")
        .node("Gemm", "/reward/2/Gemm", List.of("part", "reward.2.weight"), "reward", transposed());
    return end(builder, new float[] {0, 0, 0, 0});
  }

  /** {@code z0' = z0 + push * action}; no reward; both values are z0. */
  static OnnxModel climb(float push) {
    OnnxBuilder builder = start("climb", new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, push);
    builder
        .initializer("reward.0.weight", new int[] {1, 4}, new float[4])
        .node("Gemm", "/reward/0/Gemm", List.of("za", "reward.0.weight"), "reward", transposed());
    return end(builder, new float[] {1, 0, 0, 0});
  }

  /** Any world model, whose latent state is dropped by half in training. */
  static OnnxModel dropping(OnnxModel model) {
    ModelProto.Builder proto = model.proto().toBuilder();
    GraphProto.Builder graph = proto.getGraphBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getOutputList().contains("z")) {
        graph.getNodeBuilder(i).setOutput(0, "whole");
        graph.addNode(
            i + 1,
            NodeProto.newBuilder()
                .setOpType("Dropout")
                .setName("/Dropout")
                .addInput("whole")
                .addOutput("z"));
        return OnnxModel.of(proto.build());
      }
    }
    throw new IllegalArgumentException("no z");
  }

  private static OnnxBuilder start(String name, float[] identity, float push) {
    float[] dynamics = new float[12];
    for (int i = 0; i < 3; i++) {
      dynamics[i * 4 + i] = 1;
    }
    dynamics[3] = push;
    return new OnnxBuilder(name)
        .input("obs", -1, 3)
        .input("action", -1, 1)
        .initializer("encoder.0.weight", new int[] {3, 3}, identity)
        .node("Gemm", "/encoder/0/Gemm", List.of("obs", "encoder.0.weight"), "z", transposed())
        .node("Concat", "/Concat", List.of("z", "action"), "za", Map.of("axis", 1L))
        .initializer("dynamics.0.weight", new int[] {3, 4}, dynamics)
        .node(
            "Gemm", "/dynamics/0/Gemm", List.of("za", "dynamics.0.weight"), "z_next", transposed());
  }

  private static OnnxModel end(OnnxBuilder builder, float[] value) {
    builder
        .initializer("policy.0.weight", new int[] {1, 3}, new float[3])
        .node(
            "Gemm",
            "/policy/0/Gemm",
            List.of("z", "policy.0.weight"),
            TdMpcGraph.UNBOUNDED,
            transposed())
        .node("Tanh", "/policy/1/Tanh", List.of(TdMpcGraph.UNBOUNDED), "policy")
        .output("policy", -1, 1)
        .output("reward", -1, 1)
        .output("z_next", -1, 3);
    for (String q : List.of("q1", "q2")) {
      builder
          .initializer(q + ".0.weight", new int[] {1, 4}, value.clone())
          .node("Gemm", "/" + q + "/0/Gemm", List.of("za", q + ".0.weight"), q, transposed())
          .output(q, -1, 1);
    }
    return builder.build();
  }

  private static Map<String, Object> transposed() {
    return Map.of("transB", 1L);
  }
}
