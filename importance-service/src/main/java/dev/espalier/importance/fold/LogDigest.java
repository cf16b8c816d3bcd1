package dev.espalier.importance.fold;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.espalier.training.v1.TrainingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Digest of a log: d(n) = SHA-256(d(n-1) || bytes of event n), d(0) empty. The bytes are those on
 * the wire; of RunStarted, which holds a map, those of protobuf's deterministic serialisation (map
 * entries sorted by key).
 */
final class LogDigest {
  private final MessageDigest sha;
  private byte[] digest;

  /**
   * @param digest of the events so far; empty for none
   */
  LogDigest(ByteString digest) {
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    this.digest = digest.toByteArray();
  }

  /**
   * @param bytes of the event on the wire
   */
  void add(TrainingEvent event, byte[] bytes) {
    sha.update(digest);
    digest = sha.digest(event.hasRunStarted() ? canonical(event) : bytes);
  }

  ByteString bytes() {
    return ByteString.copyFrom(digest);
  }

  static String hex(ByteString digest) {
    return HexFormat.of().formatHex(digest.toByteArray());
  }

  private static byte[] canonical(TrainingEvent event) {
    byte[] bytes = new byte[event.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      event.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }
}
