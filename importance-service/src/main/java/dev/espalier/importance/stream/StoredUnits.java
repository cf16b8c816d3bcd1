package dev.espalier.importance.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.fold.UnitMemory;
import dev.espalier.importance.v1.UnitState;
import java.util.Optional;

/** The stretches of one run in the store of all runs, each under {@link #key}. */
final class StoredUnits implements UnitMemory {
  private final WriteBehind<UnitState> store;
  private final String run;

  StoredUnits(WriteBehind<UnitState> store, String run) {
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
    return Optional.ofNullable(store.get(key, state -> parse(key, state)));
  }

  @Override
  public void put(int column, int stretch, UnitState state) {
    store.put(key(run, column, stretch), state);
  }

  @Override
  public void remove(int column, int stretch) {
    store.delete(key(run, column, stretch));
  }

  private static UnitState parse(String key, byte[] state) {
    try {
      return UnitState.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored units " + key + " are broken", e);
    }
  }
}
