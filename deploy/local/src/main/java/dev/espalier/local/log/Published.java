package dev.espalier.local.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What was published of a run, since it was last deleted.
 *
 * @param history snapshots that are still held, by their sequence
 * @param newest the newest snapshot, and its sequence; one entry at most
 * @param units unit scores by their key
 * @param ranking the run's ranking
 * @param unreadable records that are no snapshots
 */
record Published(
    NavigableMap<Long, Place> history,
    NavigableMap<Long, Place> newest,
    Map<String, Place> units,
    Optional<Place> ranking,
    List<Difference> unreadable) {

  /**
   * Reads the history before the compacted topics and those before the log, so that what is read
   * later is at least as new.
   */
  static Published read(RecordReader reader, String run) {
    List<Difference> unreadable = new ArrayList<>();
    NavigableMap<Long, Place> history = new TreeMap<>();
    reader.read(
        Topics.IMPORTANCE,
        run,
        record -> {
          Long sequence = sequence(record, unreadable);
          if (sequence != null) {
            // A run of the same id that was deleted came before.
            if (!history.isEmpty() && sequence <= history.lastKey()) {
              history.clear();
            }
            history.put(sequence, Place.of(record));
          }
          return true;
        });
    NavigableMap<Long, Place> newest = new TreeMap<>();
    reader
        .newest(Topics.SNAPSHOTS, run)
        .ifPresent(
            record -> {
              Long sequence = sequence(record, unreadable);
              if (sequence != null) {
                newest.put(sequence, Place.of(record));
              }
            });
    return new Published(
        history,
        newest,
        units(reader, run),
        reader.newest(Topics.RANKINGS, run).map(Place::of),
        unreadable);
  }

  private static Map<String, Place> units(RecordReader reader, String run) {
    Map<String, Place> units = new TreeMap<>();
    reader.readPrefix(
        Topics.UNITS,
        run + "/",
        record -> {
          String key = new String(record.key(), UTF_8);
          if (record.value() == null) {
            units.remove(key);
          } else {
            units.put(key, Place.of(record));
          }
          return true;
        });
    return units;
  }

  /** Null where the record is no snapshot of a run's log. */
  private static Long sequence(ConsumerRecord<byte[], byte[]> record, List<Difference> unreadable) {
    String reason;
    if (record.value() == null) {
      reason = "no value";
    } else {
      try {
        return ImportanceSnapshot.parseFrom(record.value()).getSequence();
      } catch (InvalidProtocolBufferException e) {
        reason = "no ImportanceSnapshot: " + e.getMessage();
      }
    }
    String name = "partition " + record.partition() + " offset " + record.offset();
    unreadable.add(new Difference(record.topic(), name, "", Difference.NOTHING, reason));
    return null;
  }

  /**
   * Sequence of the newest snapshot of the history, or where it holds none, of the newest at all.
   */
  Optional<Long> last() {
    return Optional.ofNullable((history.isEmpty() ? newest : history).lastEntry())
        .map(Map.Entry::getKey);
  }
}
