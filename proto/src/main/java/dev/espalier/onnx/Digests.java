package dev.espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files and messages, none of which holds a second copy of what it reads. */
final class Digests {
  private static final int BUFFER = 1 << 16;

  private Digests() {}

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(algorithm("SHA-256").digest(bytes));
  }

  static String of(Path file) throws IOException {
    return of(file, "SHA-256");
  }

  static String of(MessageLite message) {
    MessageDigest digest = algorithm("SHA-256");
    try {
      OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
      write(message, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes a message without a copy of the whole. */
  static void write(MessageLite message, OutputStream out) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out, BUFFER);
    message.writeTo(coded);
    coded.flush();
  }

  /**
   * @param algorithm SHA-256, or what a file format asks for
   */
  static String of(Path file, String algorithm) throws IOException {
    MessageDigest digest = algorithm(algorithm);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
