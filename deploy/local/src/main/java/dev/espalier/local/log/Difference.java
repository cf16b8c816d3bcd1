package dev.espalier.local.log;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.Optional;

/**
 * Where a published record is not what the log gives.
 *
 * @param topic of the record
 * @param record which one, such as {@code sequence 41}
 * @param field path of the first field that differs; empty where the record as a whole does
 * @param folded the field's value by the log, in full precision
 * @param published the field's value as published, in full precision
 */
public record Difference(
    String topic, String record, String field, String folded, String published) {

  static final String NOTHING = "nothing";

  /** A record that the log gives and that is not there. */
  static Difference missing(String topic, String record) {
    return new Difference(topic, record, "", "a record", NOTHING);
  }

  /** A record that the log does not give. */
  static Difference extra(String topic, String record) {
    return new Difference(topic, record, "", NOTHING, "a record");
  }

  /**
   * Where a record that does not hold the folded message's bytes differs from it.
   *
   * @param published the record's value, empty where the record is gone by now
   */
  static Difference between(
      Place place, String record, Message folded, Optional<byte[]> published) {
    if (published.isEmpty()) {
      return missing(place.topic(), record);
    }
    try {
      Message there = folded.getParserForType().parseFrom(published.get());
      FirstDifference field =
          FirstDifference.of(folded, there)
              .orElse(new FirstDifference("bytes", folded.toString(), there.toString()));
      return new Difference(place.topic(), record, field.path(), field.left(), field.right());
    } catch (InvalidProtocolBufferException e) {
      return new Difference(place.topic(), record, "", "a record", "bytes: " + e.getMessage());
    }
  }
}
