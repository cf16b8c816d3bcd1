package dev.espalier.pruner.graph.rule;

import dev.espalier.pruner.graph.Rules;
import java.util.List;

/** The rules of this release. */
public final class StandardRules {
  public static final Rules ALL =
      new Rules(
          List.of(
              // One line a family, in the order of the ONNX documentation's chapters.
              new GemmRule(),
              new MatMulRule(),
              new ReshapeRule(),
              new FlattenRule(),
              new SqueezeRule(),
              new TransposeRule(),
              new RepeatRule(),
              new ConcatRule(),
              new SplitRule(),
              new SliceRule(),
              new GatherRule(),
              new NdIndexRule(),
              new ConstantOfShapeRule(),
              new ShapeRule(),
              new PositionRule(),
              new EinsumRule(),
              new ConvRule(),
              new ConvTransposeRule(),
              new PoolRule(),
              new ElementwiseUnary(),
              new Broadcasting(),
              new BatchNormalizationRule(),
              new InstanceNormalizationRule(),
              new LayerNormalizationRule(),
              new GroupNormalizationRule(),
              new LpNormalizationRule(),
              new LrnRule(),
              new SoftmaxRule(),
              new ReduceRule(),
              new OrderRule(),
              new PadRule(),
              new ResizeRule(),
              new DepthToSpaceRule(),
              new RecurrentRule(),
              new AttentionRule(),
              new PackedAttentionRule(),
              new MultiHeadAttentionRule(),
              new GroupQueryAttentionRule(),
              new RotaryEmbeddingRule(),
              new SkipNormalizationRule(),
              new FusedMatMulRule(),
              new FusedConvRule(),
              new QuantizeRule(),
              new ExplainedRule()));

  private StandardRules() {}
}
