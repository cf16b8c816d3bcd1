package dev.espalier.pruner.stream;

import com.google.protobuf.MessageLite;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The newest messages by key, within a number of messages and of bytes; the oldest make room. */
final class Bounded<M extends MessageLite> {
  private final int mostMessages;
  private final long mostBytes;
  private final Map<String, M> messages = new LinkedHashMap<>();
  private long bytes;

  Bounded(int mostMessages, long mostBytes) {
    this.mostMessages = mostMessages;
    this.mostBytes = mostBytes;
  }

  synchronized void put(String key, M message) {
    remove(key);
    messages.put(key, message);
    bytes += message.getSerializedSize();
    Iterator<M> oldest = messages.values().iterator();
    while (messages.size() > mostMessages || bytes > mostBytes && messages.size() > 1) {
      bytes -= oldest.next().getSerializedSize();
      oldest.remove();
    }
  }

  /**
   * Puts a message unless one is there that keeps its place.
   *
   * @return that one; empty where the message was put
   */
  synchronized Optional<M> putUnless(String key, M message, Predicate<M> keepsItsPlace) {
    Optional<M> kept = get(key).filter(keepsItsPlace);
    if (kept.isEmpty()) {
      put(key, message);
    }
    return kept;
  }

  synchronized void remove(String key) {
    M message = messages.remove(key);
    bytes -= message == null ? 0 : message.getSerializedSize();
  }

  synchronized Optional<M> get(String key) {
    return Optional.ofNullable(messages.get(key));
  }
}
