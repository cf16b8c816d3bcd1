package dev.espalier.trainer.data;

import dev.espalier.trainer.InvalidInput;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a run learns from and what it is measured on.
 *
 * @param training at least 1
 * @param validation at least 1, of the same shape
 */
public record Dataset(Samples training, Samples validation) {
  private static final int FEWEST_TO_SPLIT = 10;

  public Dataset {
    if (training.count() < 1 || validation.count() < 1) {
      throw new InvalidInput(
          "data",
          training.count() + " training and " + validation.count() + " validation samples",
          "give at least one of each");
    }
  }

  /** Images that are to be given back. */
  static Dataset of(Images training, Images validation) {
    checkSizes(training.rows(), training.columns(), validation.rows(), validation.columns());
    return new Dataset(
        new Samples(training, Optional.empty()), new Samples(validation, Optional.empty()));
  }

  static void checkSizes(int rows, int columns, int validationRows, int validationColumns) {
    if (rows != validationRows || columns != validationColumns) {
      throw new InvalidInput(
          "data",
          rows + "x" + columns + " and " + validationRows + "x" + validationColumns,
          "training and validation images must be of one size");
    }
  }

  static void checkSplit(int count) {
    if (count < FEWEST_TO_SPLIT) {
      throw new InvalidInput("data", count + " images", "give at least " + FEWEST_TO_SPLIT);
    }
  }

  /**
   * Keeps the last tenth for validation.
   *
   * @throws InvalidInput where there are fewer than 10 images
   */
  public static Dataset split(Images images) {
    int count = images.count();
    checkSplit(count);
    int training = count - count / 10;
    return of(images.range(0, training), images.range(training, count));
  }

  /** SHA-256 over shapes and content, 64 lower-case hexadecimal digits. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      training.update(digest);
      validation.update(digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
