package dev.espalier.local.log;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a record lies, and what it holds.
 *
 * @param topic its topic
 * @param partition from 0
 * @param offset from 0
 * @param digest SHA-256 of its value
 */
record Place(String topic, int partition, long offset, ByteString digest) {

  /**
   * @param record with a value
   */
  static Place of(ConsumerRecord<byte[], byte[]> record) {
    return new Place(record.topic(), record.partition(), record.offset(), sha(record.value()));
  }

  /** Whether the record's value is these bytes. */
  boolean holds(byte[] value) {
    return digest.equals(sha(value));
  }

  private static ByteString sha(byte[] value) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
