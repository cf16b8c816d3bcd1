package dev.espalier.importance.fold;

import dev.espalier.importance.v1.UnitState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the states of one run's stretches of units lie, each under its column and number. */
public interface UnitMemory {
  Optional<UnitState> get(int column, int stretch);

  void put(int column, int stretch, UnitState state);

  /** Forgets a stretch; one that is not there is none to forget. */
  void remove(int column, int stretch);

  /** An empty one on the heap. */
  static UnitMemory onHeap() {
    record Key(int column, int stretch) {}
    Map<Key, UnitState> states = new HashMap<>();
    return new UnitMemory() {
      @Override
      public Optional<UnitState> get(int column, int stretch) {
        return Optional.ofNullable(states.get(new Key(column, stretch)));
      }

      @Override
      public void put(int column, int stretch, UnitState state) {
        states.put(new Key(column, stretch), state);
      }

      @Override
      public void remove(int column, int stretch) {
        states.remove(new Key(column, stretch));
      }
    };
  }
}
