package dev.espalier.local.log;

import com.google.protobuf.Message;
import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.Units;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.kafka.Topics;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Compares what a fold gives, outcome by outcome, with what was published. Of unit scores and
 * ranking, which later outcomes replace or withdraw, the newest are compared, at the end.
 */
final class Comparison {
  private final Published published;
  private final Function<Place, Optional<byte[]>> fetch;
  private NavigableMap<Long, Place> history;
  private final Map<String, UnitScores> units = new TreeMap<>();
  private Optional<Ranking> ranking;
  private boolean isWithoutEnd;
  private int snapshots;
  private int gone;
  private int later;
  private int unitRecords;
  private int rankings;
  private boolean isNewestFolded;
  private Supplier<Difference> first;

  /**
   * @param fetch gives a published record's value once more, empty where it is gone by now; asked
   *     from {@link #finish} alone
   */
  Comparison(Published published, Function<Place, Optional<byte[]>> fetch) {
    this.published = published;
    this.fetch = fetch;
    reset();
  }

  private void reset() {
    history = new TreeMap<>(published.history());
    units.clear();
    ranking = Optional.empty();
    isWithoutEnd = false;
    isNewestFolded = false;
    first = null;
    snapshots = 0;
    gone = 0;
    later = 0;
    unitRecords = 0;
    rankings = 0;
  }

  void add(Outcome outcome) {
    switch (outcome) {
      case Outcome.Folded folded -> folded.snapshot().ifPresent(s -> add(s, folded));
      case Outcome.Deleted deleted -> reset();
      case Outcome.Rejected rejected -> {}
      case Outcome.Duplicate duplicate -> {}
    }
  }

  private void add(ImportanceSnapshot snapshot, Outcome.Folded folded) {
    long sequence = snapshot.getSequence();
    String name = "sequence " + sequence;
    Place newest = published.newest().get(sequence);
    if (newest != null) {
      isNewestFolded = true;
      compare(name, snapshot, newest);
    }
    if (sequence > published.last().orElse(-1L)) {
      later++;
      if (newest == null) {
        // Units and ranking may have come since, or only some of them.
        isWithoutEnd = true;
        return;
      }
    } else if (history.containsKey(sequence)) {
      compare(name, snapshot, history.remove(sequence));
      snapshots++;
    } else if (published.history().isEmpty() || sequence < published.history().firstKey()) {
      gone++;
    } else {
      note(() -> Difference.missing(Topics.IMPORTANCE, name));
    }
    folded.units().forEach(stretch -> units.put(Units.key(stretch), stretch));
    folded.withdrawn().unitKeys().forEach(units::remove);
    if (folded.ranking().isPresent() || folded.withdrawn().ranking()) {
      ranking = folded.ranking();
    }
  }

  private void compareUnits() {
    Map<String, Place> theirs = new TreeMap<>(published.units());
    units.forEach(
        (key, stretch) -> {
          Place place = theirs.remove(key);
          if (place == null) {
            note(() -> Difference.missing(Topics.UNITS, key));
          } else {
            compare(key, stretch, place);
            unitRecords++;
          }
        });
    theirs.keySet().forEach(key -> note(() -> Difference.extra(Topics.UNITS, key)));
  }

  private void compareRanking() {
    if (ranking.isPresent() && published.ranking().isPresent()) {
      compare(ranking.get().getRunId(), ranking.get(), published.ranking().get());
      rankings++;
    } else if (ranking.isPresent()) {
      String run = ranking.get().getRunId();
      note(() -> Difference.missing(Topics.RANKINGS, run));
    } else if (published.ranking().isPresent()) {
      note(() -> Difference.extra(Topics.RANKINGS, "of the run"));
    }
  }

  private void compare(String name, Message folded, Place place) {
    if (!place.holds(folded.toByteArray())) {
      note(() -> Difference.between(place, name, folded, fetch.apply(place)));
    }
  }

  private void note(Supplier<Difference> difference) {
    first = first == null ? difference : first;
  }

  /** The comparison's end: what is published and was not folded differs too. */
  Compared finish() {
    if (!isWithoutEnd) {
      compareUnits();
      compareRanking();
    }
    published.unreadable().forEach(difference -> note(() -> difference));
    history.keySet().forEach(s -> note(() -> Difference.extra(Topics.IMPORTANCE, "sequence " + s)));
    long last = published.last().orElse(-1L);
    Optional<Long> newest =
        Optional.ofNullable(published.newest().firstEntry()).map(Map.Entry::getKey);
    if (newest.isEmpty()) {
      note(() -> Difference.missing(Topics.SNAPSHOTS, "sequence " + last));
    } else if (newest.get() < last) {
      note(
          () ->
              new Difference(
                  Topics.SNAPSHOTS,
                  "the newest",
                  "sequence",
                  Long.toString(last),
                  newest.get().toString()));
    } else if (!isNewestFolded) {
      note(() -> Difference.extra(Topics.SNAPSHOTS, "sequence " + newest.get()));
    }
    return new Compared(
        snapshots,
        gone,
        later,
        isNewestFolded ? 1 : 0,
        unitRecords,
        rankings,
        Optional.ofNullable(first).map(Supplier::get));
  }
}
