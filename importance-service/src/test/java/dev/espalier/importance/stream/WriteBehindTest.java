package dev.espalier.importance.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class WriteBehindTest {
  private final List<String> packs = new ArrayList<>();

  private WriteBehind<StringBuilder> store(KeyValueStore<String, byte[]> packed, long mostBytes) {
    return new WriteBehind<>(
        packed,
        value -> {
          packs.add(value.toString());
          return value.toString().getBytes();
        },
        StringBuilder::length,
        mostBytes);
  }

  private static KeyValueStore<String, byte[]> packed() {
    KeyValueStore<String, byte[]> packed =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("s"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    packed.init(new MockProcessorContext<>().getStateStoreContext(), packed);
    return packed;
  }

  private static StringBuilder unpack(byte[] bytes) {
    return new StringBuilder(new String(bytes));
  }

  @Test
  void isAMapWhateverIsPackedWhen() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      KeyValueStore<String, byte[]> packed = packed();
      WriteBehind<StringBuilder> store = store(packed, random.nextInt(20));
      Map<String, String> expected = new TreeMap<>();
      Map<String, String> committed = new TreeMap<>();
      for (int i = 0; i < 300; i++) {
        String key = "k" + random.nextInt(6);
        String message = "seed " + seed + ", step " + i;
        switch (random.nextInt(8)) {
          case 0 -> {
            store.delete(key);
            expected.remove(key);
            committed.remove(key);
          }
          case 1 -> {
            store.flushCache();
            committed = new TreeMap<>(expected);
          }
          default -> {
            StringBuilder value =
                Optional.ofNullable(store.get(key, WriteBehindTest::unpack))
                    .orElseGet(StringBuilder::new);
            assertEquals(expected.getOrDefault(key, ""), value.toString(), message);
            store.put(key, value.append(random.nextInt(10)));
            expected.put(key, value.toString());
          }
        }
        assertEquals(committed, content(store), message);
      }
      packed.close();
    }
  }

  private static Map<String, String> content(WriteBehind<StringBuilder> store) {
    Map<String, String> content = new TreeMap<>();
    store.forEachPacked((key, value) -> content.put(key, new String(value)));
    return content;
  }

  @Test
  void aValueIsPackedOnceACommitHoweverOftenItChanged() {
    WriteBehind<StringBuilder> store = store(packed(), 100);
    for (int i = 0; i < 5; i++) {
      store.put("a", new StringBuilder("a" + i));
    }
    store.put("b", new StringBuilder("b"));
    assertTrue(packs.isEmpty());
    store.flushCache();
    assertEquals(List.of("a4", "b"), packs);
    store.get("a", WriteBehindTest::unpack);
    store.flushCache();
    assertEquals(List.of("a4", "b"), packs);
  }
}
