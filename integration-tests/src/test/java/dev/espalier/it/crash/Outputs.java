package dev.espalier.it.crash;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What came out of the fold, by topic and key in order; the dead letters by partition in order. */
final class Outputs {
  /** Stands for a record without value; no message of the contracts has these bytes. */
  private static final ByteString NOTHING = ByteString.copyFromUtf8("nothing");

  private final Map<String, List<Object>> places = new TreeMap<>();

  /**
   * A dead letter.
   *
   * @param origin topic, partition and offset of the record, as its headers say
   * @param reason as its header says
   */
  private record Letter(String origin, String reason, ByteString key, ByteString value) {}

  void add(String topic, String key, byte[] value) {
    list(topic + " key " + key).add(bytes(value));
  }

  /** Takes a record of a topic of which only the newest of a key counts. */
  void replace(String topic, String key, byte[] value) {
    List<Object> newest = list(topic + " key " + key);
    newest.clear();
    newest.add(bytes(value));
  }

  void bury(String topic, int partition, long offset, String reason, byte[] key, byte[] value) {
    String place = topic + " partition " + partition;
    list("dead letters of " + place)
        .add(new Letter(place + " offset " + offset, reason, bytes(key), bytes(value)));
  }

  private List<Object> list(String place) {
    return places.computeIfAbsent(place, p -> new ArrayList<>());
  }

  private static ByteString bytes(byte[] value) {
    return value == null ? NOTHING : ByteString.copyFrom(value);
  }

  /** The keys of a topic whose newest record says something, sorted. */
  List<String> keys(String topic) {
    String prefix = topic + " key ";
    return places.keySet().stream()
        .filter(place -> place.startsWith(prefix))
        .filter(place -> !places.get(place).getLast().equals(NOTHING))
        .map(place -> place.substring(prefix.length()))
        .toList();
  }

  /** The newest record of one of these keys. */
  ByteString newest(String topic, String key) {
    return (ByteString) places.get(topic + " key " + key).getLast();
  }

  /** The first difference in words; empty where there is none. */
  Optional<String> differenceTo(Outputs expected) {
    TreeSet<String> all = new TreeSet<>(places.keySet());
    all.addAll(expected.places.keySet());
    for (String place : all) {
      List<Object> is = places.getOrDefault(place, List.of());
      List<Object> should = expected.places.getOrDefault(place, List.of());
      int same = 0;
      while (same < is.size() && same < should.size() && is.get(same).equals(should.get(same))) {
        same++;
      }
      if (same < Math.max(is.size(), should.size())) {
        return Optional.of(
            place
                + ": "
                + is.size()
                + " records of "
                + should.size()
                + ", the first that differs is "
                + same
                + ": "
                + shown(is, same)
                + " and should be "
                + shown(should, same));
      }
    }
    return Optional.empty();
  }

  private static String shown(List<Object> records, int index) {
    return index < records.size() ? records.get(index).toString() : "none";
  }
}
