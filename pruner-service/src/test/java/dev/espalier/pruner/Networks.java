package dev.espalier.pruner;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small networks that tests know by heart. */
public final class Networks {
  private Networks() {}

  /** encoder.0 (in to hidden, Relu), encoder.2 (to latent), decoder.0 (back to in). */
  public static OnnxModel autoencoder(int in, int hidden, int latent, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    OnnxBuilder builder = new OnnxBuilder("autoencoder").input("x", -1, in);
    layer(builder, "encoder.0", "x", "h", in, hidden, random);
    builder.node("Relu", "/encoder/relu", List.of("h"), "hr");
    layer(builder, "encoder.2", "hr", "z", hidden, latent, random);
    builder.node("Sigmoid", "/encoder/sigmoid", List.of("z"), "zs");
    layer(builder, "decoder.0", "zs", "y", latent, in, random);
    return builder.output("y", -1, in).build();
  }

  private static void layer(
      OnnxBuilder builder,
      String scope,
      String from,
      String to,
      int in,
      int out,
      SplittableRandom random) {
    builder
        .initializer(scope + ".weight", new int[] {out, in}, floats(out * in, random))
        .initializer(scope + ".bias", new int[] {out}, floats(out, random))
        .node(
            "Gemm",
            "/" + scope.replace('.', '/') + "/Gemm",
            List.of(from, scope + ".weight", scope + ".bias"),
            to,
            Map.of("transB", 1));
  }

  /** Standard normal values, scaled to a half. */
  public static float[] floats(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    return values;
  }
}
