package dev.espalier.pruner.gradient;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerGradientTest {
  private static OneOperator on(String operator) {
    return new OneOperator(operator, operator.hashCode());
  }

  @Test
  void gemms() {
    for (int transA = 0; transA < 2; transA++) {
      for (int transB = 0; transB < 2; transB++) {
        on("Gemm")
            .input(transA == 0 ? new int[] {2, 3} : new int[] {3, 2})
            .input(transB == 0 ? new int[] {3, 4} : new int[] {4, 3})
            .input(4)
            .with("transA", transA)
            .with("transB", transB)
            .with("alpha", 0.5f)
            .with("beta", 1.5f)
            .checkInDouble();
      }
    }
  }

  @Test
  void products() {
    on("MatMul").input(2, 3).input(3, 4).checkInDouble();
    on("MatMul").input(2, 2, 3).weight(3, 4).checkInDouble();
    on("MatMul").input(2, 1, 2, 3).input(3, 3, 2).checkInDouble();
    on("MatMul").input(3).input(2, 3, 2).checkInDouble();
    on("MatMul").input(2, 2, 3).input(3).checkInDouble();
    on("MatMul").input(3).input(3).checkInDouble();
    on("Einsum").input(2, 3).input(3, 2, 4).with("equation", "ij,jik->kj").checkInDouble();
    on("Einsum").input(2, 2, 3).input(2, 4, 3).with("equation", "bqd,bkd->bqk").checkInDouble();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void convolutions(int rank) {
    for (long seed = 0; seed < (rank == 3 ? 4 : 12); seed++) {
      SplittableRandom random = new SplittableRandom(100 * rank + seed);
      int groups = 1 + random.nextInt(2);
      int in = groups * (1 + random.nextInt(2));
      int out = groups * (1 + random.nextInt(2));
      int[] x = new int[rank + 2];
      int[] w = new int[rank + 2];
      long[] strides = new long[rank];
      long[] dilations = new long[rank];
      long[] pads = new long[2 * rank];
      x[0] = 1 + random.nextInt(2);
      x[1] = in;
      w[0] = out;
      w[1] = in / groups;
      for (int i = 0; i < rank; i++) {
        w[i + 2] = 1 + random.nextInt(3);
        strides[i] = 1 + random.nextInt(3);
        dilations[i] = 1 + random.nextInt(2);
        pads[i] = random.nextInt(w[i + 2]);
        pads[rank + i] = random.nextInt(w[i + 2]);
        x[i + 2] = (int) ((w[i + 2] - 1) * dilations[i]) + 1 + random.nextInt(rank > 1 ? 3 : 8);
      }
      on("Conv")
          .input(x)
          .weight(w)
          .with("group", groups)
          .with("strides", strides)
          .with("dilations", dilations)
          .with("pads", pads)
          .check();
    }
  }

  @Test
  void convolutionsPaddedByRule() {
    for (String auto : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
      on("Conv")
          .input(1, 2, 6, 5)
          .weight(2, 2, 3, 2)
          .weight(2)
          .with("strides", new long[] {2, 1})
          .with("auto_pad", auto)
          .check();
    }
  }

  @Test
  void transposedConvolutions() {
    for (long seed = 0; seed < 12; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = 1 + random.nextInt(2);
      long[] strides = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      on("ConvTranspose")
          .input(1, 2 * groups, 2 + random.nextInt(2), 3)
          .weight(2 * groups, 1 + random.nextInt(2), 3, 2)
          .with("group", groups)
          .with("strides", strides)
          .with("dilations", new long[] {1, 1 + random.nextInt(2)})
          .with("pads", new long[] {random.nextInt(2), 0, random.nextInt(2), 1})
          .with("output_padding", new long[] {random.nextInt((int) strides[0]), 0})
          .check();
    }
  }

  @Test
  void normalisations() {
    on("BatchNormalization")
        .input(2, 3, 2)
        .weight(3)
        .weight(3)
        .weight(3)
        .positiveWeight(3)
        .checkInDouble();
    on("LayerNormalization").input(2, 2, 5).weight(5).weight(5).checkInDouble();
    on("LayerNormalization").input(2, 3, 4).weight(3, 4).with("axis", 1).checkInDouble();
    on("InstanceNormalization").input(2, 3, 4, 2).weight(3).weight(3).check();
    on("GroupNormalization")
        .opset(21)
        .input(2, 4, 3)
        .weight(4)
        .weight(4)
        .with("num_groups", 2)
        .check();
  }

  @Test
  void softmaxes() {
    for (String operator : new String[] {"Softmax", "LogSoftmax"}) {
      on(operator).input(3, 4).checkInDouble();
      on(operator).input(2, 3, 2).with("axis", 1).checkInDouble();
      on(operator).opset(12).input(2, 3, 2).with("axis", 1).checkInDouble();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReduceSum",
        "ReduceMean",
        "ReduceMax",
        "ReduceMin",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSumExp"
      })
  void reductions(String operator) {
    on(operator).opset(18).input(2, 3, 4).integers(-1, 0).check();
    on(operator).opset(18).input(2, 3).with("keepdims", 0).check();
    on(operator).opset(11).input(2, 3, 2).with("axes", new long[] {1}).check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MaxPool", "AveragePool"})
  void pools(String operator) {
    on("Global" + operator).input(2, 2, 3, 4).check();
    for (long seed = 0; seed < 16; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      int ceil = random.nextInt(2);
      int widest = ceil == 0 ? 3 : (int) Math.min(kernel[0], kernel[1]);
      OneOperator pool =
          on(operator)
              .opset(seed % 2 == 0 ? 11 : 19)
              .input(2, 2, 4 + random.nextInt(3), 4 + random.nextInt(3))
              .with("kernel_shape", kernel)
              .with("strides", new long[] {1 + random.nextInt(widest), 1 + random.nextInt(widest)})
              .with("ceil_mode", ceil)
              .with(
                  "pads",
                  new long[] {
                    random.nextInt((int) kernel[0]),
                    0,
                    0,
                    (1 - ceil) * random.nextInt((int) kernel[1])
                  });
      if (operator.equals("AveragePool")) {
        pool.with("count_include_pad", random.nextInt(2));
      } else {
        pool.with("dilations", new long[] {1 + random.nextInt(2), 1});
      }
      pool.check();
    }
    on(operator).input(1, 2, 9).with("kernel_shape", new long[] {3}).check();
  }

  @Test
  void whatHasNoRuleIsNamed() {
    OnnxException e =
        assertThrows(OnnxException.class, () -> on("CumSum").input(4).integers(0).check());

    assertTrue(e.getMessage().contains("CumSum \"/one\""), e.getMessage());
    assertTrue(e.getMessage().contains("activation score"), e.getMessage());
  }
}
