package dev.espalier.local.cli;

import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.ModelStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Brings files into the model store and out of it.
 *
 * @param store the store that the services share
 */
record Files(ModelStore store) {
  /**
   * Makes a folder for results and checks that it takes them, before work is spent on them.
   *
   * @throws CommandFailure where it does not
   */
  static void prepare(Path folder) {
    try {
      java.nio.file.Files.createDirectories(folder);
      java.nio.file.Files.delete(java.nio.file.Files.createTempFile(folder, ".espalier", null));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--out = \"" + folder + "\": not a folder that takes files; name another (" + e + ")");
    }
  }

  /**
   * @throws CommandFailure where there is no such file
   */
  static void existing(String option, Path file) {
    if (!java.nio.file.Files.isRegularFile(file)) {
      throw new CommandFailure(
          ExitCode.USAGE, option + " = \"" + file + "\": there is no such file; check the path");
    }
  }

  Path stored(String name) {
    return store.resolve(name);
  }

  /**
   * Copies a file of the store to where the user wants it.
   *
   * @return where it lies now, absolute
   */
  Path copy(String name, Path target) {
    try {
      Path absolute = target.toAbsolutePath().normalize();
      java.nio.file.Files.createDirectories(absolute.getParent());
      java.nio.file.Files.copy(store.resolve(name), absolute, StandardCopyOption.REPLACE_EXISTING);
      return absolute;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies a user's file into the store.
   *
   * @param ending of its name there, such as {@code .onnx}
   * @return its name there
   */
  String upload(Path model, String ending) {
    try {
      String name = store.upload(digest(model), ending);
      Path target = store.resolve(name);
      if (!java.nio.file.Files.exists(target)) {
        AtomicFile.copy(model, target);
      }
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path file) throws IOException {
    try (DigestInputStream stream =
        new DigestInputStream(
            java.nio.file.Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      stream.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(stream.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
