package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.pendulum.Pendulum;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** The newest episodes; the last one may still go on. */
final class Replay {
  private static final int WIDTH = Pendulum.OBSERVATION;

  /**
   * Sequences of steps, ordered by time first: row {@code t * sequences + i} is step t of sequence
   * i.
   *
   * @param observations [horizon + 1, sequences, 3]
   * @param actions [horizon, sequences]
   * @param rewards [horizon, sequences], scaled
   */
  record Batch(int sequences, int horizon, float[] observations, float[] actions, float[] rewards) {
    /** Observations from a step on, up to another one, exclusive. */
    float[] observations(int from, int to) {
      int row = sequences * WIDTH;
      return Arrays.copyOfRange(observations, from * row, to * row);
    }
  }

  /** An episode: its first observation, then action, reward and observation a step. */
  static final class Episode {
    final float[] observations = new float[(Pendulum.STEPS + 1) * WIDTH];
    final float[] actions = new float[Pendulum.STEPS];
    final float[] rewards = new float[Pendulum.STEPS];
    int length;
  }

  private final int most;
  private final Deque<Episode> episodes = new ArrayDeque<>();

  Replay(int most) {
    this.most = most;
  }

  /** Episodes, the oldest first. */
  List<Episode> episodes() {
    return new ArrayList<>(episodes);
  }

  /** Begins an episode; the oldest is dropped where there are too many. */
  Episode begin() {
    Episode episode = new Episode();
    add(episode);
    return episode;
  }

  void add(Episode episode) {
    if (episodes.size() == most) {
      episodes.removeFirst();
    }
    episodes.addLast(episode);
  }

  /**
   * Draws sequences, every place where one can begin alike.
   *
   * @throws IllegalStateException where no episode is long enough
   */
  Batch sample(int sequences, int horizon, CountedRandom random) {
    List<Episode> all = new ArrayList<>(episodes);
    int[] ends = new int[all.size()];
    int places = 0;
    for (int e = 0; e < ends.length; e++) {
      places += Math.max(0, all.get(e).length - horizon + 1);
      ends[e] = places;
    }
    if (places == 0) {
      throw new IllegalStateException("no episode has " + horizon + " steps yet");
    }
    float[] observations = new float[(horizon + 1) * sequences * WIDTH];
    float[] actions = new float[horizon * sequences];
    float[] rewards = new float[horizon * sequences];
    for (int i = 0; i < sequences; i++) {
      int place = random.nextInt(places);
      int e = 0;
      while (ends[e] <= place) {
        e++;
      }
      Episode episode = all.get(e);
      int begin = place - (e == 0 ? 0 : ends[e - 1]);
      for (int t = 0; t <= horizon; t++) {
        System.arraycopy(
            episode.observations,
            (begin + t) * WIDTH,
            observations,
            (t * sequences + i) * WIDTH,
            WIDTH);
        if (t < horizon) {
          actions[t * sequences + i] = episode.actions[begin + t];
          rewards[t * sequences + i] = episode.rewards[begin + t];
        }
      }
    }
    return new Batch(sequences, horizon, observations, actions, rewards);
  }
}
