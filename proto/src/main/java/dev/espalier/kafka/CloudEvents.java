package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Headers of a record in CloudEvents 1.0 binary mode (Kafka protocol binding), with a protobuf
 * body.
 */
public final class CloudEvents {
  private CloudEvents() {}

  /**
   * @param payload the record's value; its full protobuf name becomes {@code ce_type}
   * @param source which service made it, such as {@code /espalier/trainer}
   * @param id unique together with the source
   * @return fresh headers
   */
  public static Headers headers(Message payload, String source, String id) {
    Headers headers = new RecordHeaders();
    put(headers, "ce_specversion", "1.0");
    put(headers, "ce_type", payload.getDescriptorForType().getFullName());
    put(headers, "ce_source", source);
    put(headers, "ce_id", id);
    put(headers, "content-type", "application/protobuf");
    return headers;
  }

  private static void put(Headers headers, String key, String value) {
    headers.add(key, value.getBytes(UTF_8));
  }
}
