package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.pendulum.Pendulum;

/** All that changes while an agent learns but for its networks. */
final class TdMpcState {
  private final int horizon;
  private final Replay replay;
  private int epoch = -1;
  private Pendulum pendulum = new Pendulum(new Pendulum.State(0, 0));
  private Track track;
  private Replay.Episode episode;
  private double earned;

  TdMpcState(TdMpcSettings settings) {
    horizon = settings.planner().horizon();
    replay = new Replay(settings.replayEpisodes());
    track = new Track(horizon, new CountedRandom(0));
  }

  /** Begins the episode of an epoch, at a start drawn with its generator. */
  void begin(int epoch, CountedRandom random) {
    go(epoch, new Pendulum(Pendulum.State.drawn(random)), new Track(horizon, random), 0);
    episode = replay.begin();
    pendulum.observe(episode.observations, 0);
  }

  /** Takes all but the replay, whose newest episode goes on. */
  void go(int epoch, Pendulum pendulum, Track track, double earned) {
    this.epoch = epoch;
    this.pendulum = pendulum;
    this.track = track;
    this.earned = earned;
    episode = replay.episodes().isEmpty() ? null : replay.episodes().getLast();
  }

  void earn(double reward) {
    earned += reward;
  }

  Replay replay() {
    return replay;
  }

  /** From 0; -1 before the first. */
  int epoch() {
    return epoch;
  }

  Pendulum pendulum() {
    return pendulum;
  }

  Track track() {
    return track;
  }

  /** The episode that is under way, the replay's newest; null before the first. */
  Replay.Episode episode() {
    return episode;
  }

  /** Sum of the environment's rewards of the episode that is under way. */
  double earned() {
    return earned;
  }
}
