package dev.espalier.experiment.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tells data apart by what is in them. */
public final class DataDigest {
  private static final int BUFFER = 1 << 16;

  private DataDigest() {}

  /**
   * SHA-256 over names, sizes and contents of a folder's images in the MNIST format.
   *
   * @param folder with files {@code NAME-images-idx3-ubyte} or the same gzipped
   * @return 64 hexadecimal digits
   */
  public static String of(Path folder) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    for (Path file : images(folder)) {
      digest.update((file.getFileName() + "\n" + Files.size(file) + "\n").getBytes(UTF_8));
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().contains("idx3-ubyte"))
          .sorted()
          .toList();
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
