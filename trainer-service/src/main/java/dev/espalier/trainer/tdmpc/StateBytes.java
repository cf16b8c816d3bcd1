package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.pendulum.Pendulum;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;

/** An agent's state as bytes: big-endian numbers one after the other. */
final class StateBytes {
  private static final int MAGIC = 0x54444d50;

  private StateBytes() {}

  /** A state with the values of the target network's tensors. */
  record Read(TdMpcState state, float[][] target) {}

  static byte[] write(TdMpcState state, float[][] target) {
    List<Replay.Episode> episodes = state.replay().episodes();
    float[] mean = state.track().mean();
    int floats = mean.length;
    for (Replay.Episode episode : episodes) {
      floats += Pendulum.OBSERVATION + episode.length * (Pendulum.OBSERVATION + 2);
    }
    for (float[] tensor : target) {
      floats += tensor.length;
    }
    int numbers = 5 + episodes.size() + target.length + floats;
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers + 4 * Long.BYTES);
    bytes.putInt(MAGIC).putInt(state.epoch()).putLong(state.track().random().state());
    Pendulum.State place = state.pendulum().state();
    bytes.putDouble(place.theta()).putDouble(place.omega()).putDouble(state.earned());
    bytes.putInt(mean.length);
    put(bytes, mean, mean.length);
    bytes.putInt(episodes.size());
    for (Replay.Episode episode : episodes) {
      bytes.putInt(episode.length);
      put(bytes, episode.observations, (episode.length + 1) * Pendulum.OBSERVATION);
      put(bytes, episode.actions, episode.length);
      put(bytes, episode.rewards, episode.length);
    }
    bytes.putInt(target.length);
    for (float[] tensor : target) {
      bytes.putInt(tensor.length);
      put(bytes, tensor, tensor.length);
    }
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException where the bytes are no such state, or one of other settings
   */
  static Read read(byte[] array, TdMpcSettings settings) {
    ByteBuffer bytes = ByteBuffer.wrap(array);
    try {
      check(bytes.getInt() == MAGIC, "its first bytes are not those of an agent of the pendulum");
      TdMpcState state = new TdMpcState(settings);
      int epoch = bytes.getInt();
      CountedRandom random = new CountedRandom(bytes.getLong());
      Pendulum pendulum = new Pendulum(new Pendulum.State(bytes.getDouble(), bytes.getDouble()));
      double earned = bytes.getDouble();
      Track track = new Track(settings.planner().horizon(), random);
      check(bytes.getInt() == track.mean().length, "it has another horizon than planner.horizon");
      get(bytes, track.mean(), track.mean().length);
      int episodes = bytes.getInt();
      check(episodes >= 0 && episodes <= settings.replayEpisodes(), episodes + " episodes");
      for (int i = 0; i < episodes; i++) {
        state.replay().add(episode(bytes));
      }
      state.go(epoch, pendulum, track, earned);
      float[][] target = new float[count(bytes, Integer.BYTES)][];
      for (int t = 0; t < target.length; t++) {
        target[t] = new float[count(bytes, Float.BYTES)];
        get(bytes, target[t], target[t].length);
      }
      check(!bytes.hasRemaining(), bytes.remaining() + " bytes are left over");
      return new Read(state, target);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("state: " + array.length + " bytes are too few", e);
    }
  }

  private static Replay.Episode episode(ByteBuffer bytes) {
    Replay.Episode episode = new Replay.Episode();
    episode.length = bytes.getInt();
    check(
        episode.length >= 0 && episode.length <= Pendulum.STEPS,
        "an episode of " + episode.length + " steps");
    get(bytes, episode.observations, (episode.length + 1) * Pendulum.OBSERVATION);
    get(bytes, episode.actions, episode.length);
    get(bytes, episode.rewards, episode.length);
    return episode;
  }

  private static int count(ByteBuffer bytes, int size) {
    int count = bytes.getInt();
    check(count >= 0 && count <= bytes.remaining() / size, count + " values");
    return count;
  }

  private static void put(ByteBuffer bytes, float[] values, int count) {
    bytes.asFloatBuffer().put(values, 0, count);
    bytes.position(bytes.position() + count * Float.BYTES);
  }

  private static void get(ByteBuffer bytes, float[] values, int count) {
    bytes.asFloatBuffer().get(values, 0, count);
    bytes.position(bytes.position() + count * Float.BYTES);
  }

  private static void check(boolean fits, String found) {
    if (!fits) {
      throw new IllegalArgumentException("state: " + found);
    }
  }
}
