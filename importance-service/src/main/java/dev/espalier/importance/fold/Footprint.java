package dev.espalier.importance.fold;

import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.training.v1.RunStarted;

/** What a run takes of memory and changelog. */
public final class Footprint {
  private static final int RUN = 4096;
  private static final int GROUP = 512;
  private static final int ENDED = 256;
  private static final int KEY = 8;

  private Footprint() {}

  /**
   * Bytes that a run takes at most, packed or not, with all units that it declares. By its groups,
   * so that it is the same from one cut to the next; of a run that cannot go on, by what is kept of
   * it.
   *
   * @param state of an open fold
   */
  public static long of(FoldStateOrBuilder state) {
    if (!state.hasStart()) {
      return ofShrunk(state);
    }
    RunStarted start = state.getStart();
    return RUN
        + start.getSerializedSize()
        + (long) GROUP * start.getGroupsCount()
        + Units.bytes(start);
  }

  /**
   * Bytes that are left of a run once it cannot go on.
   *
   * @param state of a run that has ended
   */
  public static long ofShrunk(FoldStateOrBuilder state) {
    long bytes = ENDED;
    for (String key : state.getUnitKeysList()) {
      bytes += key.length() + KEY;
    }
    return bytes;
  }
}
