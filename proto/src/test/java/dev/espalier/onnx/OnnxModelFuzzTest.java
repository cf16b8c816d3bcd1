package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a file, it is a model that survives writing and reading, or refused. */
class OnnxModelFuzzTest {
  private static final Duration BOUND = Duration.ofMinutes(5);

  @TempDir Path folder;

  private List<byte[]> models;
  private int read;
  private int refused;

  @BeforeEach
  void models() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[24]);
    models = FuzzModels.all().stream().map(ModelProto::toByteArray).toList();
    for (byte[] bytes : models) {
      tryOne(bytes, "as it is");
    }
    assertEquals(models.size(), read);
  }

  @Test
  void truncatedEverywhere() {
    assertTimeout(
        BOUND,
        () -> {
          for (byte[] bytes : models) {
            for (int length = 0; length < bytes.length; length++) {
              tryOne(Arrays.copyOf(bytes, length), "cut to " + length);
            }
          }
        });
    assertTrue(refused > 500, refused + " of " + read + " refused");
  }

  @Test
  void flippedOverwrittenAndSplicedBytes() {
    assertTimeout(
        BOUND,
        () -> {
          for (long seed = 0; seed < 6000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] mutant = models.get(random.nextInt(models.size())).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
              int at = random.nextInt(mutant.length);
              mutant =
                  switch (random.nextInt(3)) {
                    case 0 -> flip(mutant, at, 1 << random.nextInt(8));
                    case 1 -> flip(mutant, at, random.nextInt(256));
                    default -> splice(mutant, models.get(random.nextInt(models.size())), random);
                  };
            }
            tryOne(mutant, "seed " + seed);
          }
        });
    assertTrue(refused > 1000 && read > 500, refused + " refused, " + read + " read");
  }

  @Test
  void changedFields() {
    assertTimeout(
        BOUND,
        () -> {
          for (long seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ModelProto.Builder mutant =
                ModelProto.newBuilder().mergeFrom(models.get(random.nextInt(models.size())));
            for (int i = random.nextInt(3); i >= 0; i--) {
              FieldMutation.apply(mutant, random);
            }
            tryOne(mutant.build().toByteArray(), "seed " + seed);
          }
        });
    assertTrue(refused > 500 && read > 300, refused + " refused, " + read + " read");
  }

  private static byte[] flip(byte[] bytes, int at, int mask) {
    bytes[at] ^= (byte) mask;
    return bytes;
  }

  /** The head of one and the tail of the other, each from anywhere. */
  private static byte[] splice(byte[] head, byte[] tail, SplittableRandom random) {
    int from = random.nextInt(tail.length);
    int at = random.nextInt(1, head.length + 1);
    byte[] both = Arrays.copyOf(head, at + tail.length - from);
    System.arraycopy(tail, from, both, at, tail.length - from);
    return both;
  }

  private void tryOne(byte[] bytes, String message) throws IOException {
    try {
      OnnxModel model = load(bytes);
      OnnxModel lifted = model.withConstantsLifted();
      assertEquals(model.proto(), OnnxModel.parse(model.bytes()).proto(), message);
      assertEquals(lifted.proto(), OnnxModel.parse(lifted.bytes()).proto(), message);
      assertEquals(OnnxModel.digest(model.bytes()), model.digest(), message);
      read++;
    } catch (OnnxException e) {
      assertTrue(e.getMessage().contains(": "), message);
      refused++;
    } catch (InvalidProtocolBufferException | RuntimeException | StackOverflowError e) {
      fail(message + ": " + e, e);
    }
  }

  /** By way of a file only where that is needed, as files are slow. */
  private OnnxModel load(byte[] bytes) throws IOException {
    try {
      return OnnxModel.parse(bytes.clone());
    } catch (OnnxException e) {
      if (!e.getMessage().contains("external data")) {
        throw e;
      }
      Path file = folder.resolve("m.onnx");
      Files.write(file, bytes);
      return OnnxModel.read(file);
    }
  }
}
