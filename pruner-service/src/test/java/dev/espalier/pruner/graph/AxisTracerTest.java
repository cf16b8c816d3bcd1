package dev.espalier.pruner.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.Units;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AxisTracerTest {
  private final SplittableRandom random = new SplittableRandom(1);

  private static DependencyGraph analyze(OnnxModel model) {
    return new Pruner().analyze(model).graph();
  }

  private OnnxBuilder dense(OnnxBuilder builder, String scope, String from, String to, int... io) {
    return builder
        .initializer(scope + ".weight", io, Networks.floats(io[0] * io[1], random))
        .node("MatMul", "/" + scope + "/MatMul", List.of(from, scope + ".weight"), to);
  }

  @Test
  void aGroupPrintsItsUnits() {
    Group group = analyze(Networks.autoencoder(6, 5, 4, 1)).groups().getFirst();

    assertEquals(
        "[encoder.0.weight[axis 0: [2]], encoder.0.bias[axis 0: [2]],"
            + " encoder.2.weight[axis 1: [2]]]",
        Units.slices(group, 2).toString());
  }

  @Test
  void inputsAndOutputsAreDeclined() {
    DependencyGraph graph = analyze(Networks.autoencoder(6, 5, 4, 1));

    assertEquals(
        List.of("x Input", "y Output"),
        graph.declined().stream().map(d -> d.node() + " " + d.operator()).toList());
  }

  @Test
  void aSkipConnectionTiesTwoLayersIntoOneGroup() {
    OnnxBuilder builder = new OnnxBuilder("skip").input("x", -1, 3);
    dense(builder, "a", "x", "h", 3, 6);
    dense(builder, "b", "h", "g", 6, 6);
    builder.node("Add", "sum", List.of("h", "g"), "s");
    dense(builder, "c", "s", "y", 6, 2).output("y", -1, 2);

    List<Group> groups = analyze(builder.build()).groups();

    assertEquals(1, groups.size());
    assertEquals("a", groups.getFirst().id());
    assertEquals(List.of("a", "b", "c"), groups.getFirst().components());
    assertEquals(3 * 6 + 6 * 6 + 6 * 2, groups.getFirst().parameters());
  }

  @Test
  void scopesThatLeadSeveralGroupsAreNumbered() {
    OnnxBuilder builder = new OnnxBuilder("numbered").input("x", -1, 3);
    builder
        .initializer("net.w1", new int[] {3, 4}, Networks.floats(12, random))
        .initializer("net.w2", new int[] {4, 5}, Networks.floats(20, random))
        .initializer("w3", new int[] {5, 2}, Networks.floats(10, random))
        .node("MatMul", "m1", List.of("x", "net.w1"), "h")
        .node("MatMul", "m2", List.of("h", "net.w2"), "g")
        .node("MatMul", "/head/m3", List.of("g", "w3"), "y")
        .output("y", -1, 2);

    List<Group> groups = analyze(builder.build()).groups();

    assertEquals(List.of("net", "net#2"), groups.stream().map(Group::id).toList());
    assertEquals(List.of("head", "net"), groups.get(1).components());
  }

  @Test
  void whatAnOperatorWithoutARuleTouchesIsNeverCut() {
    OnnxBuilder builder = new OnnxBuilder("unknown").input("x", -1, 3);
    dense(builder, "a", "x", "h", 3, 6);
    builder.node("Hardmax", "odd", List.of("h"), "g");
    dense(builder, "b", "g", "i", 6, 5);
    dense(builder, "c", "i", "y", 5, 2).output("y", -1, 2);

    DependencyGraph graph = analyze(builder.build());

    assertEquals(List.of("b"), graph.groups().stream().map(Group::id).toList());
    assertTrue(
        graph.declined().stream()
            .anyMatch(d -> d.node().equals("odd") && d.operator().equals("Hardmax")));
  }

  @Test
  void whatASubGraphReadsIsNeverCut() {
    OnnxBuilder builder = new OnnxBuilder("captured").input("x", -1, 3);
    dense(builder, "a", "x", "h", 3, 6);
    dense(builder, "b", "h", "y", 6, 2).output("y", -1, 2);
    builder.initializer(
        new Tensor(
            "yes",
            dev.espalier.onnx.ElementType.BOOL,
            new int[0],
            com.google.protobuf.ByteString.copyFrom(new byte[] {1})));
    ModelProto.Builder model = builder.build().proto().toBuilder();
    ValueInfoProto result =
        ValueInfoProto.newBuilder()
            .setName("inner")
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder()
                            .setElemType(TensorProto.DataType.FLOAT_VALUE)))
            .build();
    GraphProto branch =
        GraphProto.newBuilder()
            .setName("branch")
            .addNode(NodeProto.newBuilder().setOpType("Identity").addInput("h").addOutput("inner"))
            .addOutput(result)
            .build();
    NodeProto.Builder choice =
        NodeProto.newBuilder().setOpType("If").setName("if").addInput("yes").addOutput("z");
    for (String name : List.of("then_branch", "else_branch")) {
      choice.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.GRAPH)
              .setG(branch));
    }
    model.getGraphBuilder().addNode(choice).addOutput(result.toBuilder().setName("z"));

    DependencyGraph graph = analyze(OnnxModel.of(model.build()));

    assertEquals(List.of(), graph.groups());
    assertTrue(graph.declined().stream().anyMatch(d -> d.operator().equals("If")));
  }

  @Test
  void feedbackTiesTwoValues() {
    OnnxBuilder builder = new OnnxBuilder("world").input("x", -1, 3);
    dense(builder, "encoder", "x", "z", 3, 6);
    dense(builder, "dynamics", "z", "z_next", 6, 6);
    dense(builder, "reward", "z_next", "y", 6, 1).output("y", -1, 1);
    OnnxModel apart = builder.build();
    OnnxModel tied = builder.metadata("espalier.feedback", "z_next=z").build();

    assertEquals(2, analyze(apart).groups().size());
    assertEquals(1, analyze(tied).groups().size());
    assertEquals(
        List.of("dynamics", "encoder", "reward"), analyze(tied).groups().getFirst().components());
  }

  @Test
  void feedbackThatCannotBeIsAnError() {
    for (String bad : List.of("z", "z=", "a=b", "z=y", "x=nothing")) {
      OnnxBuilder builder = new OnnxBuilder("world").input("x", -1, 3);
      dense(builder, "encoder", "x", "z", 3, 6);
      dense(builder, "reward", "z", "y", 6, 1).output("y", -1, 1);
      OnnxModel model = builder.metadata("espalier.feedback", bad).build();

      OnnxException e = assertThrows(OnnxException.class, () -> analyze(model), bad);

      assertTrue(e.getMessage().contains("espalier.feedback"), e.getMessage());
    }
  }

  @Test
  void hostileModelsAreRefused() {
    OnnxModel huge =
        new OnnxBuilder("huge")
            .input("x", 1 << 25)
            .node("Relu", "r", List.of("x"), "y")
            .output("y", 1 << 25)
            .build();
    OnnxModel noInput =
        new OnnxBuilder("constant")
            .initializer("w", new int[] {1}, new float[] {1})
            .node("Relu", "r", List.of("w"), "y")
            .output("y", 1)
            .build();
    OnnxBuilder misfit = new OnnxBuilder("misfit").input("x", -1, 3);
    dense(misfit, "a", "x", "y", 4, 6).output("y", -1, 6);
    OnnxModel arity =
        new OnnxBuilder("arity")
            .input("x", 1, 3)
            .node("MatMul", "m", List.of("x"), "y")
            .output("y", 1, 3)
            .build();
    ModelProto.Builder old = Networks.autoencoder(2, 2, 2, 1).proto().toBuilder();
    old.getOpsetImportBuilder(0).setVersion(6);
    ModelProto.Builder negative = Networks.autoencoder(2, 2, 2, 1).proto().toBuilder();
    negative
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(1)
        .setDimValue(-7);
    ModelProto.Builder untyped = Networks.autoencoder(2, 2, 2, 1).proto().toBuilder();
    untyped.getGraphBuilder().getInputBuilder(0).clearType();

    for (OnnxModel model :
        List.of(
            huge,
            noInput,
            misfit.build(),
            arity,
            OnnxModel.of(old.build()),
            OnnxModel.of(negative.build()),
            OnnxModel.of(untyped.build()))) {
      String name = model.proto().getGraph().getName();
      assertThrows(OnnxException.class, () -> analyze(model), name);
    }
  }

  @Test
  void axesThatTheModelLeavesNamelessAreTakenAsOne() {
    ModelProto.Builder model = Networks.autoencoder(3, 4, 2, 1).proto().toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .clearDimParam();

    assertEquals(2, analyze(OnnxModel.of(model.build())).groups().size());
  }

  @Test
  void macsAreThoseOfOnePass() {
    OnnxBuilder builder = new OnnxBuilder("macs").input("x", -1, 5, 3);
    dense(builder, "a", "x", "h", 3, 6);
    builder
        .node("Relu", "r", List.of("h"), "g")
        .initializer("t", new int[] {7, 5}, Networks.floats(35, random))
        .node("MatMul", "mix", List.of("t", "g"), "y")
        .output("y", -1, 7, 6);

    assertEquals(5 * 3 * 6 + 7 * 5 * 6, analyze(builder.build()).macs());
  }

  @Test
  void rulesClaimEachOperatorOnce() {
    assertThrows(
        IllegalArgumentException.class, () -> new Rules(List.of(new Anything(), new Anything())));
  }

  private static final class Anything implements OperatorRule {
    @Override
    public Set<String> operators() {
      return Set.of("Anything");
    }

    @Override
    public Optional<String> flow(Node node, Axes axes) {
      return Optional.empty();
    }
  }
}
