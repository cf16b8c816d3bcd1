package dev.espalier.pruner.verify;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.graph.Contraction;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PruningPlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The original model with the contribution of the removed units to every consumer set to zero:
 * whatever a node sums over is multiplied by 0 at their indices and by 1 elsewhere. Nothing else is
 * touched, no weight and no shape, so that the twin shares none of the cut's arithmetic. It is
 * exact whatever an activation makes of 0, since the mask lies behind it.
 */
public final class MaskedTwin {
  private final Traced traced;
  private final boolean[] removed;
  private final GraphProto.Builder graph;
  private int masks;

  private MaskedTwin(Traced traced, PruningPlan plan, GraphProto.Builder graph) {
    this.traced = traced;
    this.graph = graph;
    int most = 0;
    for (int[] units : traced.unitIds()) {
      most = Math.max(most, Arrays.stream(units).max().orElse(0));
    }
    removed = new boolean[most + 1];
    for (int g = 0; g < plan.removed().length; g++) {
      for (int unit : plan.removed()[g]) {
        removed[traced.unitIds()[g][unit]] = true;
      }
    }
  }

  /** The twin of the cut that a plan asks for. */
  public static OnnxModel of(Traced traced, PruningPlan plan) {
    ModelProto.Builder model = traced.model().proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder().clearNode().clearValueInfo();
    MaskedTwin twin = new MaskedTwin(traced, plan, graph);
    traced.model().nodes().forEach(twin::add);
    return OnnxModel.of(model.build());
  }

  private void add(Node node) {
    List<String> inputs = new ArrayList<>(node.inputs());
    traced
        .rules()
        .of(node)
        .ifPresent(
            rule -> {
              for (Contraction contraction : rule.contractions(node, traced.shapes())) {
                mask(contraction, inputs);
              }
            });
    graph.addNode(node.proto().toBuilder().clearInput().addAllInput(inputs));
  }

  private void mask(Contraction contraction, List<String> inputs) {
    boolean leftIsWeight = isWeight(inputs.get(contraction.left()));
    int position = leftIsWeight ? contraction.right() : contraction.left();
    int axis = leftIsWeight ? contraction.rightAxis() : contraction.leftAxis();
    String value = inputs.get(position);
    int[][] axes = traced.axes().of(value);
    if (axis >= axes.length) {
      return;
    }
    float[] factors = new float[axes[axis].length];
    boolean any = false;
    for (int i = 0; i < factors.length; i++) {
      int unit = traced.axes().unit(axes[axis][i]);
      boolean gone = unit < removed.length && removed[unit];
      factors[i] = gone ? 0 : 1;
      any |= gone;
    }
    if (any) {
      int[] dims = new int[axes.length - axis];
      Arrays.fill(dims, 1);
      dims[0] = factors.length;
      String name = "espalier.twin/" + masks++;
      String other = inputs.get(leftIsWeight ? contraction.left() : contraction.right());
      graph.addInitializer(factors(name + "/mask", type(other), dims, factors).toProto());
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Mul")
              .setName(name)
              .addInput(value)
              .addInput(name + "/mask")
              .addOutput(name + "/masked"));
      inputs.set(position, name + "/masked");
    }
  }

  private boolean isWeight(String value) {
    return traced.model().initializers().containsKey(value);
  }

  /**
   * The type of a product with this operand: both sides have the same. Where it is no weight, that
   * of the model's first weight.
   */
  private ElementType type(String operand) {
    Map<String, Tensor> weights = traced.model().initializers();
    return Stream.concat(Stream.ofNullable(weights.get(operand)), weights.values().stream())
        .filter(Tensor::isFloatingPoint)
        .map(Tensor::type)
        .findFirst()
        .orElse(ElementType.FLOAT);
  }

  private static Tensor factors(String name, ElementType type, int[] dims, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(Float.floatToFloat16(value));
        case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
        default -> bytes.putFloat(value);
      }
    }
    return new Tensor(name, type, dims, ByteString.copyFrom(bytes.flip()));
  }
}
