package dev.espalier.pruner.gradient;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MovementGradientTest {
  private static OneOperator on(String operator) {
    return new OneOperator(operator, operator.hashCode());
  }

  @Test
  void shapes() {
    on("Reshape").input(2, 6).integers(3, -1).checkInDouble();
    on("Flatten").input(2, 3, 2).checkInDouble();
    on("Squeeze").input(2, 1, 3).integers(1).checkInDouble();
    on("Squeeze").opset(12).with("axes", new long[] {1}).input(2, 1, 3).checkInDouble();
    on("Unsqueeze").input(2, 3).integers(0, 2).checkInDouble();
    on("Transpose").input(2, 3, 4).with("perm", new long[] {1, 2, 0}).checkInDouble();
    on("Transpose").input(2, 3).checkInDouble();
  }

  @Test
  void copies() {
    on("Expand").input(3, 1).integers(2, 3, 4).checkInDouble();
    on("Tile").input(2, 3).integers(3, 2).checkInDouble();
  }

  @Test
  void parts() {
    on("Concat").input(2, 3).input(2, 1).weight(2, 2).with("axis", 1).checkInDouble();
    on("Concat").input(2, 3).input(1, 3).with("axis", -2).checkInDouble();
    on("Slice").input(5, 4).integers(1).integers(4).integers(0).checkInDouble();
    on("Slice").input(5, 4).integers(-3, 0).integers(99, -1).checkInDouble();
    on("Slice").input(5, 7).integers(6).integers(-99).integers(1).integers(-2).checkInDouble();
    on("Slice").input(7, 2).integers(1).integers(7).integers(0).integers(3).checkInDouble();
    on("Pad").input(2, 3).integers(1, 0, 0, 2).checkInDouble();
    on("Pad").input(4, 3).integers(-1, 1, 2, -1).scalar(0.5f).checkInDouble();
    on("Pad").opset(18).input(2, 3).integers(1, 2).without().integers(-1).checkInDouble();
  }

  @Test
  void gathers() {
    on("Gather").input(4, 3).integers(2, 0, 2, -1).checkInDouble();
    on("Gather").input(2, 3, 2).integers(1).with("axis", 1).checkInDouble();
    on("Gather").input(2, 3).integers(2, 1).with("axis", -1).checkInDouble();
  }

  @Test
  void blocks() {
    on("DepthToSpace").input(1, 8, 2, 3).with("blocksize", 2).check();
    on("DepthToSpace").input(1, 8, 2, 3).with("blocksize", 2).with("mode", "CRD").check();
    on("SpaceToDepth").input(1, 2, 4, 6).with("blocksize", 2).check();
  }

  @Test
  void splits() {
    for (List<String> used : List.of(List.of("a", "c"), List.of("b", "b"))) {
      OnnxBuilder builder =
          new OnnxBuilder("split")
              .input("x", 2, 7)
              .initializer(dev.espalier.onnx.Tensor.of("s", new int[] {3}, new long[] {2, 3, 2}))
              .node("Split", "/s", List.of("x", "s"), List.of("a", "b", "c"), Map.of("axis", 1))
              .node("Mul", "/m", used, "y")
              .output("y");
      FiniteDifferences.check(builder.build(), ElementType.DOUBLE, false, 3);
    }
  }

  private static OneOperator resize() {
    return on("Resize").input(1, 2, 3, 4).without();
  }

  @Test
  void resizes() {
    String way = "coordinate_transformation_mode";
    resize().without().integers(1, 2, 6, 8).with("mode", "nearest").check();
    resize().without().integers(1, 2, 5, 8).with("mode", "linear").check();
    resize()
        .without()
        .integers(1, 2, 7, 4)
        .with("mode", "linear")
        .with(way, "align_corners")
        .check();
    resize()
        .without()
        .integers(1, 2, 9, 12)
        .with("mode", "nearest")
        .with(way, "asymmetric")
        .with("nearest_mode", "floor")
        .check();
  }

  @Test
  void resizesByScales() {
    OnnxBuilder builder =
        new OnnxBuilder("resize")
            .input("x", 1, 2, 3, 4)
            .initializer("scales", new int[] {4}, new float[] {1, 1, 2, 1.6f})
            .node("Resize", "/r", List.of("x", "", "scales"), "y", Map.of("mode", "linear"))
            .output("y");
    FiniteDifferences.check(builder.build(), ElementType.FLOAT, false, 3);
  }
}
