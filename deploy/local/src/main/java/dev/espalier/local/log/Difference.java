package dev.espalier.local.log;

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
}
