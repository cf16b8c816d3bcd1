package dev.espalier.it.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Processes killed at the same moment.
 *
 * @param victims whom it strikes
 * @param afterProgress whether the service is let fold something first; else the blow may fall
 *     while it starts, restores or rebalances
 * @param delay before it falls
 * @param down before the victims are started again
 */
record Strike(Set<Victim> victims, boolean afterProgress, Duration delay, Duration down) {
  /** Who can be struck. */
  enum Victim {
    BROKER,
    FIRST,
    SECOND
  }

  private static final int DELAY_MILLIS = 2000;
  private static final int DOWN_MILLIS = 1000;

  Strike {
    victims = Set.copyOf(victims);
  }

  /** Strikes that kill the broker 5 times and each of two instances 10 times, in any order. */
  static List<Strike> from(long seed) {
    Random random = new Random(seed);
    List<Set<Victim>> victims = new ArrayList<>();
    victims.addAll(Collections.nCopies(3, Set.of(Victim.BROKER)));
    victims.addAll(Collections.nCopies(6, Set.of(Victim.FIRST)));
    victims.addAll(Collections.nCopies(6, Set.of(Victim.SECOND)));
    victims.addAll(Collections.nCopies(3, Set.of(Victim.FIRST, Victim.SECOND)));
    victims.add(Set.of(Victim.BROKER, Victim.FIRST));
    victims.add(Set.of(Victim.BROKER, Victim.SECOND));
    Collections.shuffle(victims, random);
    return victims.stream()
        .map(
            those ->
                new Strike(
                    those,
                    random.nextInt(3) > 0,
                    Duration.ofMillis(random.nextInt(DELAY_MILLIS)),
                    Duration.ofMillis(random.nextInt(DOWN_MILLIS))))
        .toList();
  }
}
