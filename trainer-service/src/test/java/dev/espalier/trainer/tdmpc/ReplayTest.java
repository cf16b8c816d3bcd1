package dev.espalier.trainer.tdmpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReplayTest {
  /** Step t of episode e has the number 1000 e + t in all that is kept of it. */
  private static Replay.Episode episode(Replay replay, int number, int length) {
    Replay.Episode episode = replay.begin();
    episode.length = length;
    for (int t = 0; t <= length; t++) {
      for (int i = 0; i < 3; i++) {
        episode.observations[3 * t + i] = 1000 * number + t + i / 4f;
      }
      if (t < length) {
        episode.actions[t] = 1000 * number + t;
        episode.rewards[t] = -1000 * number - t;
      }
    }
    return episode;
  }

  @Test
  void drawsWholeSequencesFromEveryPlace() {
    Replay replay = new Replay(4);
    int[] lengths = {200, 4, 7, 5};
    for (int e = 0; e < lengths.length; e++) {
      episode(replay, e, lengths[e]);
    }
    int horizon = 5;
    Replay.Batch batch = replay.sample(4000, horizon, new CountedRandom(3));

    Set<Integer> begins = new TreeSet<>();
    for (int i = 0; i < 4000; i++) {
      int begin = (int) batch.actions()[i];
      begins.add(begin);
      for (int t = 0; t <= horizon; t++) {
        int row = t * 4000 + i;
        assertEquals(begin + t, batch.observations()[3 * row]);
        assertEquals(begin + t + 0.5f, batch.observations()[3 * row + 2]);
        if (t < horizon) {
          assertEquals(begin + t, batch.actions()[row]);
          assertEquals(-begin - t, batch.rewards()[row]);
        }
      }
    }
    Set<Integer> places = new TreeSet<>(Set.of(2000, 2001, 2002, 3000));
    for (int t = 0; t <= 195; t++) {
      places.add(t);
    }
    assertEquals(places, begins);
    assertEquals(begins.iterator().next(), 0);
    assertEquals(3 * 2 * 4000, batch.observations(1, 3).length);
    assertEquals(batch.observations()[3 * 4000], batch.observations(1, 3)[0]);
  }

  @Test
  void keepsTheNewest() {
    Replay replay = new Replay(2);
    for (int e = 0; e < 5; e++) {
      episode(replay, e, 5);
    }
    assertEquals(3000f, replay.episodes().getFirst().actions[0]);
    assertEquals(2, replay.episodes().size());
  }

  @Test
  void withoutALongEnoughEpisodeNothingIsDrawn() {
    Replay replay = new Replay(2);
    episode(replay, 0, 4);
    assertThrows(IllegalStateException.class, () -> replay.sample(1, 5, new CountedRandom(1)));
  }
}
