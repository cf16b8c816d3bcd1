package dev.espalier.local.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.training.v1.TrainingEvent;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of a run's log as it is shown. */
sealed interface LogRecord {

  static LogRecord of(ConsumerRecord<?, byte[]> record) {
    if (record.value() == null) {
      return new Unreadable(record.partition(), record.offset(), "value is not set", null);
    }
    try {
      return new Event(
          record.partition(), record.offset(), TrainingEvent.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      return new Unreadable(
          record.partition(),
          record.offset(),
          "value is no TrainingEvent: " + e.getMessage(),
          record.value());
    }
  }

  /** For a person. */
  String line();

  /** For a program: one object. */
  String json();

  /**
   * @param partition from 0
   * @param offset from 0
   * @param event what the record holds
   */
  record Event(int partition, long offset, TrainingEvent event) implements LogRecord {
    @Override
    public String line() {
      return EventLine.of(event);
    }

    @Override
    public String json() {
      return "{\"partition\":%d,\"offset\":\"%d\",%s"
          .formatted(partition, offset, Console.json(event).substring(1));
    }
  }

  /**
   * @param partition from 0
   * @param offset from 0
   * @param reason why it is no event
   * @param value what it holds; null where it holds nothing
   */
  record Unreadable(int partition, long offset, String reason, byte[] value) implements LogRecord {
    @Override
    public String line() {
      return EventLine.unreadable(partition, offset, reason);
    }

    @Override
    public String json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("partition", partition);
      object.put("offset", Long.toString(offset));
      object.put("unreadable", reason);
      object.put("value", value == null ? null : Base64.getEncoder().encodeToString(value));
      return Console.json(object);
    }
  }
}
