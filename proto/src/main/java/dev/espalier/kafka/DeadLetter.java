package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record could not be used, and where it stood. Its headers go with the untouched key, value
 * and headers to the dead-letter topic.
 *
 * @param topic the topic it came from
 * @param partition its partition, at least 0
 * @param offset its offset, at least 0
 * @param reason what is wrong, with field and value where there is one
 */
public record DeadLetter(String topic, int partition, long offset, String reason) {
  public static final String REASON = "espalier_reason";
  public static final String TOPIC = "espalier_topic";
  public static final String PARTITION = "espalier_partition";
  public static final String OFFSET = "espalier_offset";

  /** Largest record that is copied whole, in bytes; the broker takes about 1 MiB. */
  public static final int LARGEST_COPY = 1_000_000;

  /**
   * What goes to the dead-letter topic.
   *
   * @param key of the record; null where it had none, or the record is too large to copy
   * @param value likewise
   * @param headers the record's own, those of an earlier dead letter replaced; of a record that is
   *     too large to copy only the dead letter's
   */
  public record Copy(byte[] key, byte[] value, Headers headers) {}

  /**
   * The record's copy with this reason, small enough for the broker.
   *
   * @param key of the record, may be null
   * @param value of the record, may be null
   * @param own the record's headers
   */
  public Copy copy(byte[] key, byte[] value, Headers own) {
    long size = (key == null ? 0 : key.length) + (value == null ? 0L : value.length);
    for (Header header : own) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    if (size > LARGEST_COPY) {
      String said = reason + " (too large to copy: " + size + " bytes)";
      return new Copy(null, null, new DeadLetter(topic, partition, offset, said).headers());
    }
    Headers headers = new RecordHeaders(own);
    for (Header header : headers()) {
      headers.remove(header.key()).add(header);
    }
    return new Copy(key, value, headers);
  }

  /** The headers of the dead letter. */
  public Headers headers() {
    Headers headers = new RecordHeaders();
    headers.add(REASON, reason.getBytes(UTF_8));
    headers.add(TOPIC, topic.getBytes(UTF_8));
    headers.add(PARTITION, Integer.toString(partition).getBytes(UTF_8));
    headers.add(OFFSET, Long.toString(offset).getBytes(UTF_8));
    return headers;
  }
}
