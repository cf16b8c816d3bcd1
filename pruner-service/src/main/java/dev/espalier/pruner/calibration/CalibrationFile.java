package dev.espalier.pruner.calibration;

import dev.espalier.npz.ArrayFile;
import dev.espalier.npz.Limits;
import dev.espalier.onnx.OnnxException;
import java.io.IOException;
import java.nio.file.Path;

/** Reads calibration data: an .npz file, a folder of .npy files, or one .npy file. */
public final class CalibrationFile {
  private static final int MOST_SAMPLES = 1_000_000;

  private CalibrationFile() {}

  /**
   * @throws IOException where the disk fails
   * @throws OnnxException where the data cannot be used; names file, array and field
   */
  public static Calibration read(Path path) throws IOException {
    return read(path, Limits.DEFAULT);
  }

  /**
   * @param limits how much is read at most
   * @throws IOException where the disk fails
   * @throws OnnxException where the data cannot be used; names file, array and field
   */
  public static Calibration read(Path path, Limits limits) throws IOException {
    return Calibration.of(
        String.valueOf(path.getFileName()), ArrayFile.read(path, limits), MOST_SAMPLES);
  }
}
