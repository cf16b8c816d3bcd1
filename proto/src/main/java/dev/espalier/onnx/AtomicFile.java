package dev.espalier.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a file beside the target first and renames it then, so that a reader, or a crash, finds
   * the old content or the new one. Missing folders are made.
   *
   * @param file what to write or replace
   * @param bytes its new content
   * @throws IOException where the disk fails; the old content stays
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    replace(file, part -> Files.write(part, bytes, StandardOpenOption.CREATE_NEW));
  }

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * The same with content that is written piece by piece.
   *
   * @param file what to write or replace
   * @param content its new content
   */
  public static void write(Path file, Content content) throws IOException {
    replace(
        file,
        part -> {
          try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
            content.writeTo(out);
          }
        });
  }

  /**
   * The same with another file's content.
   *
   * @param source what to copy
   * @param file what to write or replace
   */
  public static void copy(Path source, Path file) throws IOException {
    replace(file, part -> Files.copy(source, part));
  }

  private interface Filling {
    void fill(Path part) throws IOException;
  }

  private static void replace(Path file, Filling filling) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      filling.fill(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
