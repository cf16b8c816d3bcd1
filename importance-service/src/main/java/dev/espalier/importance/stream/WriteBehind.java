package dev.espalier.importance.stream;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store whose values are objects on the heap while they are in use, and are packed and logged
 * once a commit rather than once a change: Kafka Streams calls {@link #flushCache} within the
 * transaction that it is about to commit, as it does with its own record cache. That cache holds
 * bytes, so each change would cost a serialisation.
 *
 * @param <V> of the values; a value belongs to the store once it was put
 */
final class WriteBehind<V> implements StateStore, CachedStateStore<String, V> {
  private final KeyValueStore<String, byte[]> packed;
  private final Function<V, byte[]> pack;
  private final ToLongFunction<V> size;
  private final long mostBytes;
  private final LinkedHashMap<String, Held<V>> unpacked = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private static final class Held<V> {
    private final V value;
    private long bytes;
    private boolean changed;

    Held(V value, long bytes, boolean changed) {
      this.value = value;
      this.bytes = bytes;
      this.changed = changed;
    }
  }

  /**
   * @param packed where the bytes lie, with its changelog
   * @param pack gives the bytes of a value
   * @param size bytes that a value takes unpacked
   * @param mostBytes of values that stay unpacked between commits, those used longest ago go first
   */
  WriteBehind(
      KeyValueStore<String, byte[]> packed,
      Function<V, byte[]> pack,
      ToLongFunction<V> size,
      long mostBytes) {
    this.packed = packed;
    this.pack = pack;
    this.size = size;
    this.mostBytes = mostBytes;
  }

  /**
   * The value of a key, null where there is none.
   *
   * @param unpack gives the value of bytes
   */
  V get(String key, Function<byte[], V> unpack) {
    Held<V> held = unpacked.get(key);
    if (held != null) {
      return held.value;
    }
    byte[] state = packed.get(key);
    if (state == null) {
      return null;
    }
    V value = unpack.apply(state);
    hold(key, value, false);
    return value;
  }

  /** Keeps a value, new or changed. */
  void put(String key, V value) {
    Held<V> held = unpacked.get(key);
    if (held == null || held.value != value) {
      hold(key, value, true);
      return;
    }
    long now = size.applyAsLong(value);
    bytes += now - held.bytes;
    held.bytes = now;
    held.changed = true;
  }

  /** Forgets a key; one that is not there is none to forget. */
  void delete(String key) {
    drop(key);
    if (packed.get(key) != null) {
      packed.delete(key);
    }
  }

  /** All that is packed. */
  void forEachPacked(BiConsumer<String, byte[]> seen) {
    try (KeyValueIterator<String, byte[]> all = packed.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        seen.accept(entry.key, entry.value);
      }
    }
  }

  @Override
  public void flushCache() {
    for (Map.Entry<String, Held<V>> entry : unpacked.entrySet()) {
      Held<V> held = entry.getValue();
      if (held.changed) {
        packed.put(entry.getKey(), pack.apply(held.value));
        held.changed = false;
      }
    }
    Iterator<Held<V>> oldest = unpacked.values().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  private void hold(String key, V value, boolean changed) {
    drop(key);
    Held<V> held = new Held<>(value, size.applyAsLong(value), changed);
    unpacked.put(key, held);
    bytes += held.bytes;
  }

  private void drop(String key) {
    Held<V> before = unpacked.remove(key);
    if (before != null) {
      bytes -= before.bytes;
    }
  }

  @Override
  public void clearCache() {
    unpacked.clear();
    bytes = 0;
  }

  @Override
  public boolean setFlushListener(CacheFlushListener<String, V> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public String name() {
    return packed.name();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    packed.init(context, root);
  }

  @Override
  public void flush() {
    flushCache();
    packed.flush();
  }

  @Override
  public void close() {
    clearCache();
    packed.close();
  }

  @Override
  public boolean persistent() {
    return packed.persistent();
  }

  @Override
  public boolean isOpen() {
    return packed.isOpen();
  }
}
