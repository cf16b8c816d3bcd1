package dev.espalier.it.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A log of training events as a producer sends it: the same for the same seed.
 *
 * @param entries in the order in which they are sent
 */
record Recording(List<Entry> entries) {
  private static final int POISON_EVERY = 150;

  /**
   * One record.
   *
   * @param key null for none
   * @param value null for none
   */
  record Entry(String key, byte[] value) {}

  Recording {
    entries = List.copyOf(entries);
  }

  /**
   * Runs of several hundred events each, interleaved, with all that goes wrong on the way: gaps,
   * repetitions, events that are refused, bytes that are no event, runs that fail, end or are
   * deleted and begin again.
   *
   * @param prefix of the runs' ids
   */
  static Recording of(String prefix, int runs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Entry>> left = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      RunScript.Ending ending = RunScript.Ending.values()[i % RunScript.Ending.values().length];
      left.add(
          new ArrayList<>(
              new RunScript(prefix + "-" + i, random.split()).entries(ending).reversed()));
    }
    List<Entry> entries = new ArrayList<>();
    while (!left.isEmpty()) {
      List<Entry> next = left.get(random.nextInt(left.size()));
      entries.add(next.removeLast());
      left.removeIf(List::isEmpty);
      if (random.nextInt(POISON_EVERY) == 0) {
        entries.add(stray(prefix, random));
      }
    }
    return new Recording(entries);
  }

  private static Entry stray(String prefix, SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(1, 40)];
    random.nextBytes(noise);
    return switch (random.nextInt(3)) {
      case 0 -> new Entry(null, noise);
      case 1 -> new Entry("Not a run id " + random.nextInt(5), noise);
      default -> new Entry(prefix + "-unknown-" + random.nextInt(5), null);
    };
  }

  /** The part from one share of the entries to another. */
  List<Entry> between(double from, double to) {
    return entries.subList((int) (from * entries.size()), (int) (to * entries.size()));
  }
}
