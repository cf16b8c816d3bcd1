package dev.espalier.trainer.tdmpc;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea and Flood 2014) whose whole state is one number, so that it can be kept
 * and gone on from.
 */
final class CountedRandom implements RandomGenerator {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  /**
   * @param state any number: where to begin, or a {@link #state} to go on from
   */
  CountedRandom(long state) {
    this.state = state;
  }

  /** A generator whose numbers have nothing to do with those of another seed or stream. */
  static CountedRandom of(long seed, long stream) {
    return new CountedRandom(mix(mix(seed + GOLDEN) + stream * GOLDEN));
  }

  long state() {
    return state;
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
