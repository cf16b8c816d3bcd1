package dev.espalier.local.log;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.kafka.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Folds a run's log once more and compares the outcome with what was published, bit for bit. */
public final class Replay {
  private final String run;
  private final RunFold fold = RunFold.fresh();
  private long events;
  private long refused;
  private long duplicates;
  private boolean isDeleted;

  private Replay(String run) {
    this.run = run;
  }

  /**
   * @param events records of the log, at least 1
   * @param refused those that cannot be folded
   * @param duplicates those that came again
   * @param compared what was compared
   */
  public record Result(long events, long refused, long duplicates, Compared compared) {}

  /**
   * @throws ReplayException where there is nothing to fold or to compare with
   */
  public static Result of(RecordReader reader, String run) {
    return new Replay(run).with(reader);
  }

  private Result with(RecordReader reader) {
    Published published = Published.read(reader, run);
    Comparison comparison =
        new Comparison(published, place -> reader.at(place).map(ConsumerRecord::value));
    boolean any =
        reader.read(
            Topics.TRAINING,
            run,
            record -> {
              Outcome outcome = fold.fold(run, record.value());
              count(outcome);
              comparison.add(outcome);
              return true;
            });
    if (!any) {
      throw ReplayException.unknown(run);
    }
    if (!fold.isOpen()) {
      throw isDeleted ? ReplayException.deleted(run) : ReplayException.beginsLate(run);
    }
    if (published.last().isEmpty()) {
      throw ReplayException.unpublished(run);
    }
    return new Result(events, refused, duplicates, comparison.finish());
  }

  private void count(Outcome outcome) {
    events++;
    refused += outcome instanceof Outcome.Rejected ? 1 : 0;
    duplicates += outcome instanceof Outcome.Duplicate ? 1 : 0;
    isDeleted |= outcome instanceof Outcome.Deleted;
  }
}
