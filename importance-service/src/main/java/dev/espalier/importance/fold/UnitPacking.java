package dev.espalier.importance.fold;

import dev.espalier.importance.v1.UnitState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts units that a cut keeps together into new stretches. Each takes along its averages and the
 * number of its summaries, bit for bit.
 */
final class UnitPacking {
  private final List<Optional<UnitState>> before;
  private final int length;

  /**
   * @param before the stretches as they were
   * @param length units of every stretch but the last
   */
  UnitPacking(List<Optional<UnitState>> before, int length) {
    this.before = before;
    this.length = length;
  }

  /**
   * One new stretch.
   *
   * @param units those in it, by their numbers before
   * @return empty where nothing is known of any of them, or where the stretches that they come from
   *     record different columns
   */
  Optional<UnitState> of(int[] units) {
    List<UnitState> sources =
        Arrays.stream(units)
            .map(unit -> unit / length)
            .distinct()
            .mapToObj(before::get)
            .flatMap(Optional::stream)
            .toList();
    long[] counts = Arrays.stream(units).mapToLong(this::count).toArray();
    long most = Arrays.stream(counts).max().orElse(0);
    if (most == 0 || sources.stream().map(UnitPacking::columns).distinct().count() > 1) {
      return Optional.empty();
    }
    UnitState.Builder state = UnitState.newBuilder().setSummaries(most);
    if (Arrays.stream(counts).anyMatch(count -> count != most)) {
      Arrays.stream(counts).forEach(state::addUnitSummaries);
    }
    UnitState like = sources.getFirst();
    for (int unit : units) {
      if (like.getGradientCount() > 0) {
        state.addGradient(value(unit, UnitState::getGradientList));
      }
      if (like.getFisherCount() > 0) {
        state.addFisher(value(unit, UnitState::getFisherList));
      }
      if (like.getTaylorCount() > 0) {
        state.addTaylor(value(unit, UnitState::getTaylorList));
      }
    }
    return Optional.of(state.build());
  }

  private static List<Boolean> columns(UnitState state) {
    return List.of(
        state.getGradientCount() > 0, state.getFisherCount() > 0, state.getTaylorCount() > 0);
  }

  private long count(int unit) {
    return before
        .get(unit / length)
        .map(state -> UnitColumns.summaries(state, unit % length))
        .orElse(0L);
  }

  private double value(int unit, Function<UnitState, List<Double>> column) {
    return before
        .get(unit / length)
        .map(state -> column.apply(state).get(unit % length))
        .orElse(0.0);
  }
}
