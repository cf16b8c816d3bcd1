package dev.espalier.importance.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what records say of runs; none of these records is a tombstone. */
final class RunRecords {
  private RunRecords() {}

  /** The run that the record is of. */
  static String run(ConsumerRecord<byte[], byte[]> record) throws ForeignRecordException {
    if (record.key() == null) {
      throw new ForeignRecordException("key is not set, must be the run id");
    }
    return new String(record.key(), UTF_8);
  }

  static ImportanceSnapshot snapshot(ConsumerRecord<byte[], byte[]> record)
      throws ForeignRecordException {
    ImportanceSnapshot snapshot = parsed(record, ImportanceSnapshot.parser(), "ImportanceSnapshot");
    return checked(record, snapshot.getRunId(), snapshot);
  }

  static Ranking ranking(ConsumerRecord<byte[], byte[]> record) throws ForeignRecordException {
    Ranking ranking = parsed(record, Ranking.parser(), "Ranking");
    return checked(record, ranking.getRunId(), ranking);
  }

  private static <T> T parsed(ConsumerRecord<byte[], byte[]> record, Parser<T> parser, String what)
      throws ForeignRecordException {
    try {
      return parser.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new ForeignRecordException("value is no " + what + ": " + e.getMessage());
    }
  }

  private static <T> T checked(ConsumerRecord<byte[], byte[]> record, String run, T message)
      throws ForeignRecordException {
    if (!run(record).equals(run)) {
      throw new ForeignRecordException(
          "run_id = \"" + run + "\": must be the key \"" + run(record) + "\"");
    }
    return message;
  }
}
