package dev.espalier.trainer.data;

import dev.espalier.npz.ArrayFile;
import dev.espalier.npz.Limits;
import dev.espalier.npz.NpyArray;
import dev.espalier.onnx.OnnxException;
import dev.espalier.trainer.InvalidInput;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file of numpy arrays, {@code x} and, where the loss needs it, {@code y}. */
public final class NpzFile {
  private static final String X = "x";
  private static final String Y = "y";
  private static final int SHARE = 3;

  private NpzFile() {}

  /**
   * Reads the samples and keeps the last ones for validation.
   *
   * @param file absolute path
   * @param validationShare share of them, above 0 and below 1
   * @param heap bytes that the heap may have; the arrays may fill a third of them
   * @throws InvalidInput where the file cannot be used: it is missing, damaged, too large, lacks x,
   *     has unequally many x and y, or a number in it is not finite
   * @throws IOException where the disk fails
   */
  public static Dataset read(String file, double validationShare, long heap) throws IOException {
    Map<String, NpyArray> arrays = arrays(file, heap);
    NpyArray x = arrays.get(X);
    if (x == null || !arrays.keySet().stream().allMatch(name -> name.equals(X) || name.equals(Y))) {
      throw new InvalidInput(
          "data",
          file,
          "has arrays " + arrays.keySet() + "; save x and, where the loss needs it, y");
    }
    Optional<NpyArray> y = Optional.ofNullable(arrays.get(Y));
    checkFinite(file, x);
    y.ifPresent(labels -> checkFinite(file, labels));
    int count = samples(file, x);
    y.ifPresent(
        labels -> {
          if (samples(file, labels) != count) {
            throw new InvalidInput(
                "data",
                file,
                "has "
                    + count
                    + " samples in x and "
                    + labels.samples()
                    + " in y; give one y for every x");
          }
        });
    int training = count - Math.max(1, (int) Math.round(count * validationShare));
    if (training < 1) {
      throw new InvalidInput(
          "data", file, "has " + count + " samples, too few to keep some for validation");
    }
    return new Dataset(part(x, y, 0, training), part(x, y, training, count));
  }

  private static Map<String, NpyArray> arrays(String file, long heap) throws IOException {
    try {
      Path path = Path.of(file);
      if (!path.isAbsolute()) {
        throw new InvalidInput("data", file, "give the file's absolute path");
      }
      return ArrayFile.read(path, new Limits(Math.max(1, heap / SHARE), 2));
    } catch (InvalidPathException e) {
      throw new InvalidInput("data", file, "is no path: " + e.getReason());
    } catch (OnnxException e) {
      InvalidInput invalid = new InvalidInput("data", file, e.getMessage());
      invalid.initCause(e);
      throw invalid;
    }
  }

  private static int samples(String file, NpyArray array) {
    if (array.shape().length == 0) {
      throw new InvalidInput("data", file, array.place() + " is one number; give it samples");
    }
    return Math.toIntExact(array.samples());
  }

  private static void checkFinite(String file, NpyArray array) {
    int each = array.each();
    for (int i = 0; i < array.samples() * each; i++) {
      if (!Double.isFinite(array.element(i))) {
        throw new InvalidInput(
            "data",
            file,
            "%s: sample %d has %s at place %d of it; all numbers must be finite"
                .formatted(array.place(), i / each, array.element(i), i % each));
      }
    }
  }

  private static Samples part(NpyArray x, Optional<NpyArray> y, int from, int to) {
    return new Samples(
        new NpyExamples(x, from, to), y.map(labels -> new NpyExamples(labels, from, to)));
  }
}
