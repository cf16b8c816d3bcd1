package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.training.v1.Loss;
import dev.espalier.training.v1.Run;
import dev.espalier.training.v1.RunState;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.SupervisedSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model of the user's and an .npz file: trained, pruned by what was recorded, trained on. */
@ExtendWith(SharedSuite.class)
class SupervisedIT {
  private static final int SAMPLES = 640;
  private static final int CLASSES = 4;
  private static final int PIXELS = 2 * 8 * 8;

  private static SuiteUnderTest suite;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    suite = SharedSuite.get();
  }

  @Test
  void aConvolutionalNetworkIsTrainedPrunedAndTrainedOn() throws IOException {
    network().write(suite.layout().models().resolve("uploads/conv.onnx"));
    Path data = data("data.npz", CLASSES);

    Run run = Loop.train(suite.services(), request("conv", "uploads/conv.onnx", data, 4));

    assertEquals(RunState.RUN_STATE_COMPLETED, run.getState(), run.getFailure());
    assertTrue(run.getValidationLoss() < 0.7 * run.getInitialValidationLoss(), run.toString());

    Pruning pruning =
        Loop.prune(
            suite.services(),
            Loop.cut(0.4)
                .setRunId("conv")
                .setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR)
                .build());

    assertEquals(PruningState.PRUNING_STATE_COMPLETED, pruning.getState(), pruning.getFailure());
    assertTrue(pruning.getResult().getVerification().getMaxRelative() < 1e-4);
    String pruned = pruning.getResult().getPrunedModel();
    Run again = Loop.train(suite.services(), request("conv-again", pruned, data, 2));
    assertEquals(RunState.RUN_STATE_COMPLETED, again.getState(), again.getFailure());
    assertTrue(again.getValidationLoss() < again.getInitialValidationLoss(), again.toString());
    OnnxModel small = OnnxModel.read(suite.layout().models().resolve(again.getModel()));
    assertTrue(small.parameters() <= 0.6 * network().parameters());
  }

  @Test
  void labelsOutOfRangeFailTheRunAndDisturbNoOther() throws IOException {
    network().write(suite.layout().models().resolve("uploads/conv.onnx"));

    Run run =
        Loop.train(
            suite.services(),
            request("labels", "uploads/conv.onnx", data("odd.npz", CLASSES + 3), 1));

    assertEquals(RunState.RUN_STATE_FAILED, run.getState());
    assertTrue(run.getFailure().contains("y = \"6\""), run.getFailure());
    Run next = Loop.train(suite.services(), Loop.smallRun("after-labels", 1).build());
    assertEquals(RunState.RUN_STATE_COMPLETED, next.getState(), next.getFailure());
  }

  private static StartRunRequest request(String runId, String model, Path data, int epochs) {
    return StartRunRequest.newBuilder()
        .setTask("supervised")
        .setRunId(runId)
        .setModel(model)
        .setData(data.toString())
        .setEpochs(epochs)
        .setBatchSize(32)
        .setLearningRate(0.01)
        .setUnitSummaryEvery(4)
        .setSupervised(SupervisedSettings.newBuilder().setLoss(Loss.LOSS_CROSS_ENTROPY))
        .build();
  }

  /** Convolutions with normalisation and a shortcut, pooled and classified. */
  private static OnnxModel network() {
    SplittableRandom random = new SplittableRandom(1);
    OnnxBuilder builder = new OnnxBuilder("conv").input("x", -1, 2, 8, 8).output("y", -1, CLASSES);
    convolution(builder, random, "stem", "x", "stem.out", 2, 12);
    convolution(builder, random, "body", "stem.out", "body.out", 12, 12);
    return builder
        .node("Add", "/body/Add", List.of("stem.out", "body.out"), "sum")
        .node("GlobalAveragePool", "/head/Pool", List.of("sum"), "pooled")
        .node("Flatten", "/head/Flatten", List.of("pooled"), "flat")
        .initializer("head.weight", new int[] {CLASSES, 12}, drawn(random, CLASSES * 12, 12))
        .initializer("head.bias", new int[] {CLASSES}, new float[CLASSES])
        .node(
            "Gemm",
            "/head/Gemm",
            List.of("flat", "head.weight", "head.bias"),
            "y",
            Map.of("transB", 1L))
        .build();
  }

  private static void convolution(
      OnnxBuilder builder,
      SplittableRandom random,
      String name,
      String in,
      String out,
      int channels,
      int made) {
    float[] ones = new float[made];
    Arrays.fill(ones, 1);
    builder
        .initializer(
            name + ".weight",
            new int[] {made, channels, 3, 3},
            drawn(random, made * channels * 9, channels * 9))
        .initializer(name + ".scale", new int[] {made}, ones)
        .initializer(name + ".shift", new int[] {made}, new float[made])
        .initializer(name + ".mean", new int[] {made}, new float[made])
        .initializer(name + ".var", new int[] {made}, ones)
        .node(
            "Conv",
            "/" + name + "/Conv",
            List.of(in, name + ".weight"),
            name + ".conv",
            Map.of("pads", new long[] {1, 1, 1, 1}))
        .node(
            "BatchNormalization",
            "/" + name + "/Norm",
            List.of(
                name + ".conv", name + ".scale", name + ".shift", name + ".mean", name + ".var"),
            name + ".norm")
        .node("Relu", "/" + name + "/Relu", List.of(name + ".norm"), out);
  }

  private static float[] drawn(SplittableRandom random, int count, int fanIn) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(fanIn));
    }
    return values;
  }

  /** Noise around a pattern for each class. */
  private Path data(String name, int classes) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    float[][] patterns = new float[classes][PIXELS];
    for (float[] pattern : patterns) {
      for (int i = 0; i < PIXELS; i++) {
        pattern[i] = (float) random.nextGaussian();
      }
    }
    ByteBuffer x = buffer(SAMPLES * PIXELS * Float.BYTES);
    ByteBuffer y = buffer(SAMPLES * Long.BYTES);
    for (int s = 0; s < SAMPLES; s++) {
      for (int i = 0; i < PIXELS; i++) {
        x.putFloat((float) (patterns[s % classes][i] + 0.5 * random.nextGaussian()));
      }
      y.putLong(s % classes);
    }
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "x.npy", "<f4", "(" + SAMPLES + ", 2, 8, 8)", x);
      entry(zip, "y.npy", "<i8", "(" + SAMPLES + ",)", y);
    }
    return file;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void entry(
      ZipOutputStream zip, String name, String type, String shape, ByteBuffer data)
      throws IOException {
    byte[] header =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n"
            .formatted(type, shape)
            .getBytes(StandardCharsets.US_ASCII);
    zip.putNextEntry(new ZipEntry(name));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    zip.write(header.length & 0xff);
    zip.write(header.length >> 8);
    zip.write(header);
    zip.write(data.array());
    zip.closeEntry();
  }
}
