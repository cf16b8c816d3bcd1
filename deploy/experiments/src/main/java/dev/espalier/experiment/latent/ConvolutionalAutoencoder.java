package dev.espalier.experiment.latent;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Images of 28x28 pixels, [batch, 784], through a narrow latent layer and back to [batch, 784]. The
 * encoder has two convolutions of stride 2 to 16 and 32 channels, each with batch normalisation and
 * ReLU, and a linear layer to d; the decoder is its mirror image with transposed convolutions. No
 * bias before a normalisation. Initial values as PyTorch's: uniform in [-1/sqrt(fan_in),
 * 1/sqrt(fan_in)], scales 1, offsets 0.
 *
 * @param latent size d of the latent layer, at least 1
 */
public record ConvolutionalAutoencoder(int latent) {
  private static final int PIXELS = 28 * 28;
  private static final int NARROW = 16;
  private static final int WIDE = 32;
  private static final int SIDE = 7;
  private static final int FLAT = WIDE * SIDE * SIDE;
  private static final int KERNEL = 3;

  public ConvolutionalAutoencoder {
    if (latent < 1) {
      throw new IllegalArgumentException("latent = " + latent + ": choose at least 1");
    }
  }

  /**
   * A network that has not learned.
   *
   * @param seed of its weights
   */
  public OnnxModel fresh(long seed) {
    Graph graph = new Graph(seed);
    graph.builder.input("x", -1, PIXELS).output("reconstruction", -1, PIXELS);
    String h = graph.reshape("encoder.unflatten", "x", 1, 4 * SIDE, 4 * SIDE);
    h =
        graph.relu(
            "encoder.2", graph.norm("encoder.1", graph.conv("encoder.0", h, 1, NARROW), NARROW));
    h =
        graph.relu(
            "encoder.5", graph.norm("encoder.4", graph.conv("encoder.3", h, NARROW, WIDE), WIDE));
    h = graph.reshape("encoder.6", h, FLAT);
    h = graph.linear("encoder.7", h, FLAT, latent);
    h = graph.relu("decoder.1", graph.linear("decoder.0", h, latent, FLAT));
    h = graph.reshape("decoder.2", h, WIDE, SIDE, SIDE);
    h = graph.norm("decoder.4", graph.widen("decoder.3", h, WIDE, NARROW, false), NARROW);
    h = graph.widen("decoder.6", graph.relu("decoder.5", h), NARROW, 1, true);
    graph.reshapeTo("decoder.7", h, "reconstruction", PIXELS);
    return graph.builder.build();
  }

  private static final class Graph {
    private final OnnxBuilder builder = new OnnxBuilder("convolutional-autoencoder");
    private final SplittableRandom random;

    Graph(long seed) {
      random = new SplittableRandom(seed);
    }

    String conv(String scope, String x, int in, int out) {
      String weight = uniform(scope + ".weight", in * KERNEL * KERNEL, out, in, KERNEL, KERNEL);
      return node("Conv", scope, List.of(x, weight), halving());
    }

    /** Doubles height and width. */
    String widen(String scope, String x, int in, int out, boolean bias) {
      int fan = out * KERNEL * KERNEL;
      String weight = uniform(scope + ".weight", fan, in, out, KERNEL, KERNEL);
      List<String> inputs =
          bias ? List.of(x, weight, uniform(scope + ".bias", fan, out)) : List.of(x, weight);
      Map<String, Object> attributes = new TreeMap<>(halving());
      attributes.put("output_padding", new long[] {1, 1});
      return node("ConvTranspose", scope, inputs, attributes);
    }

    private static Map<String, Object> halving() {
      return new TreeMap<>(
          Map.of(
              "kernel_shape", new long[] {KERNEL, KERNEL},
              "strides", new long[] {2, 2},
              "pads", new long[] {1, 1, 1, 1}));
    }

    String norm(String scope, String x, int channels) {
      return node(
          "BatchNormalization",
          scope,
          List.of(
              x,
              filled(scope + ".weight", channels, 1),
              filled(scope + ".bias", channels, 0),
              filled(scope + ".running_mean", channels, 0),
              filled(scope + ".running_var", channels, 1)),
          Map.of());
    }

    String linear(String scope, String x, int in, int out) {
      return node(
          "Gemm",
          scope,
          List.of(x, uniform(scope + ".weight", in, out, in), uniform(scope + ".bias", in, out)),
          Map.of("transB", 1L));
    }

    String relu(String scope, String x) {
      return node("Relu", scope, List.of(x), Map.of());
    }

    String reshape(String scope, String x, int... dims) {
      return reshapeTo(scope, x, path(scope) + "/Reshape_output_0", dims);
    }

    /**
     * @param dims of one image
     */
    String reshapeTo(String scope, String x, String output, int... dims) {
      long[] shape = new long[dims.length + 1];
      shape[0] = -1;
      for (int i = 0; i < dims.length; i++) {
        shape[i + 1] = dims[i];
      }
      String constant = path(scope) + "/Constant_output_0";
      Tensor value = Tensor.of("", new int[] {shape.length}, shape);
      builder.node(
          "Constant", path(scope) + "/Constant", List.of(), constant, Map.of("value", value));
      builder.node("Reshape", path(scope) + "/Reshape", List.of(x, constant), output);
      return output;
    }

    private String node(
        String operator, String scope, List<String> inputs, Map<String, Object> attributes) {
      String name = path(scope) + "/" + operator;
      builder.node(operator, name, inputs, name + "_output_0", attributes);
      return name + "_output_0";
    }

    private static String path(String scope) {
      return "/" + scope.replace('.', '/');
    }

    private String uniform(String name, int fan, int... dims) {
      double bound = 1 / Math.sqrt(fan);
      int size = 1;
      for (int dim : dims) {
        size *= dim;
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextDouble(-bound, bound);
      }
      builder.initializer(name, dims, values);
      return name;
    }

    private String filled(String name, int channels, float value) {
      float[] values = new float[channels];
      Arrays.fill(values, value);
      builder.initializer(name, new int[] {channels}, values);
      return name;
    }
  }
}
