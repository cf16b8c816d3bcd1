package dev.espalier.importance.stream;

import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builds {@link WriteBehind} stores over an in-memory store with a changelog. */
final class WriteBehindBuilder<V> implements StoreBuilder<WriteBehind<V>> {
  private final StoreBuilder<KeyValueStore<String, byte[]>> packed;
  private final Function<V, byte[]> pack;
  private final ToLongFunction<V> size;
  private final long mostBytes;

  /** The parameters are those of {@link WriteBehind}. */
  WriteBehindBuilder(
      String name, Function<V, byte[]> pack, ToLongFunction<V> size, long mostBytes) {
    this.packed =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Map.of());
    this.pack = pack;
    this.size = size;
    this.mostBytes = mostBytes;
  }

  @Override
  public WriteBehind<V> build() {
    return new WriteBehind<>(packed.build(), pack, size, mostBytes);
  }

  @Override
  public StoreBuilder<WriteBehind<V>> withCachingEnabled() {
    return this;
  }

  @Override
  public StoreBuilder<WriteBehind<V>> withCachingDisabled() {
    throw new UnsupportedOperationException("a write-behind store is a cache");
  }

  @Override
  public StoreBuilder<WriteBehind<V>> withLoggingEnabled(Map<String, String> config) {
    packed.withLoggingEnabled(config);
    return this;
  }

  @Override
  public StoreBuilder<WriteBehind<V>> withLoggingDisabled() {
    packed.withLoggingDisabled();
    return this;
  }

  @Override
  public Map<String, String> logConfig() {
    return packed.logConfig();
  }

  @Override
  public boolean loggingEnabled() {
    return packed.loggingEnabled();
  }

  @Override
  public String name() {
    return packed.name();
  }
}
