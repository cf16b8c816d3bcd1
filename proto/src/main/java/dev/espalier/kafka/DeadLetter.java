package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record could not be used, and where it stood. Its headers go with the untouched key and
 * value to the dead-letter topic.
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
