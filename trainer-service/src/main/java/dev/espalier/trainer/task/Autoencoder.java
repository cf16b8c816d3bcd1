package dev.espalier.trainer.task;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.network.OperatorRules;
import dev.espalier.trainer.network.ValueSizes;
import java.util.List;
import java.util.Map;

/**
 * Images of 28x28 pixels in [0, 1] through a narrow latent layer and back: multi-layer perceptrons
 * 784-512-256-d and d-256-512-784 with ReLU between layers and none after the latent and the last
 * one. The loss is the mean squared error over all pixels.
 *
 * @param latent size d of the latent layer, 1 to 4096
 */
public record Autoencoder(int latent) implements Task {
  public static final String NAME = "autoencoder";

  /** Pixels of an image. */
  public static final int PIXELS = 28 * 28;

  /** What the latent layer has where nothing else is asked for. */
  public static final int DEFAULT_LATENT = 64;

  /** Most that the latent layer may have. */
  public static final int MOST_LATENT = 4096;

  private static final String INPUT = "x";
  private static final String OUTPUT = "reconstruction";

  public Autoencoder {
    if (latent < 1 || latent > MOST_LATENT) {
      throw new InvalidInput("autoencoder.latent", latent, "choose from 1 to " + MOST_LATENT);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public OnnxModel freshModel(long seed) {
    OnnxBuilder builder =
        new OnnxBuilder(NAME)
            .input(INPUT, -1, PIXELS)
            .output(OUTPUT, -1, PIXELS)
            .metadata(METADATA, NAME);
    UniformInit init = new UniformInit(seed);
    String latentValue = "/encoder/4/Gemm_output_0";
    layers(builder, init, "encoder", INPUT, latentValue, PIXELS, 512, 256, latent);
    layers(builder, init, "decoder", latentValue, OUTPUT, latent, 256, 512, PIXELS);
    return builder.build();
  }

  /** Appends linear layers with ReLU between them, named as torch.nn.Sequential names them. */
  private static void layers(
      OnnxBuilder builder,
      UniformInit init,
      String component,
      String input,
      String output,
      int... sizes) {
    String value = input;
    for (int i = 0; i + 1 < sizes.length; i++) {
      String gemm = "/" + component + "/" + 2 * i + "/Gemm";
      String scope = component + "." + 2 * i;
      int in = sizes[i];
      int out = sizes[i + 1];
      boolean last = i + 2 == sizes.length;
      String result = last ? output : gemm + "_output_0";
      builder.initializer(scope + ".weight", new int[] {out, in}, init.values(out * in, in));
      builder.initializer(scope + ".bias", new int[] {out}, init.values(out, in));
      builder.node(
          "Gemm",
          gemm,
          List.of(value, scope + ".weight", scope + ".bias"),
          result,
          Map.of("transB", 1L));
      if (!last) {
        String relu = "/" + component + "/" + (2 * i + 1) + "/Relu";
        value = relu + "_output_0";
        builder.node("Relu", relu, List.of(result), value);
      }
    }
  }

  @Override
  public void check(OnnxModel model, int batchSize) {
    if (model.inputs().size() != 1 || model.outputs().size() != 1) {
      throw new InvalidInput(
          "model",
          model.inputs().size() + " inputs, " + model.outputs().size() + " outputs",
          "the autoencoder takes a model with one input and one output");
    }
    checkDims("input", model.inputs().getFirst());
    checkDims("output", model.outputs().getFirst());
    try {
      OperatorRules.check(model);
      ValueSizes.check(model, batchSize, PIXELS);
    } catch (OnnxException e) {
      throw new InvalidInput("model", NAME, e.getMessage());
    }
  }

  private static void checkDims(String what, ValueInfoProto value) {
    TensorShapeProto shape = value.getType().getTensorType().getShape();
    boolean fits =
        shape.getDimCount() == 2
            && (!shape.getDim(1).hasDimValue() || shape.getDim(1).getDimValue() == PIXELS);
    if (!fits) {
      StringBuilder dims = new StringBuilder();
      for (TensorShapeProto.Dimension dim : shape.getDimList()) {
        dims.append(dims.isEmpty() ? "" : ", ");
        dims.append(dim.hasDimValue() ? String.valueOf(dim.getDimValue()) : dim.getDimParam());
      }
      throw new InvalidInput(
          "model",
          what + " " + value.getName() + " [" + dims + "]",
          "the autoencoder takes a model from [batch, 784] to [batch, 784]");
    }
  }
}
