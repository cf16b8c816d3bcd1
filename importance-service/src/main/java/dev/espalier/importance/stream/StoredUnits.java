package dev.espalier.importance.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.UnitMemory;
import dev.espalier.importance.v1.UnitState;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/** The stretches of one run in the store of all runs, each under {@link #key}. */
final class StoredUnits implements UnitMemory {
  private final KeyValueStore<String, byte[]> store;
  private final String run;

  StoredUnits(KeyValueStore<String, byte[]> store, String run) {
    this.store = store;
    this.run = run;
  }

  /** run id/column of the group/stretch. */
  static String key(String run, int column, int stretch) {
    return run + "/" + column + "/" + stretch;
  }

  @Override
  public Optional<UnitState> get(int column, int stretch) {
    String key = key(run, column, stretch);
    byte[] state = store.get(key);
    try {
      return state == null ? Optional.empty() : Optional.of(UnitState.parseFrom(state));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored units " + key + " are broken", e);
    }
  }

  @Override
  public void put(int column, int stretch, UnitState state) {
    store.put(key(run, column, stretch), state.toByteArray());
  }

  @Override
  public void remove(int column, int stretch) {
    String key = key(run, column, stretch);
    if (store.get(key) != null) {
      store.delete(key);
    }
  }
}
