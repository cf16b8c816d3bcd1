package dev.espalier.pruner.job;

import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The prunings that are known, the newest first; the oldest that have ended make room. */
public final class Jobs {
  /** Another pruning of the same run or model is at work. */
  public static final class InProgressException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String pruningId;

    InProgressException(String pruningId) {
      super("pruning " + pruningId + " is at work");
      this.pruningId = pruningId;
    }

    public String pruningId() {
      return pruningId;
    }
  }

  private final int most;
  private final TreeMap<String, Job> byId = new TreeMap<>(Comparator.reverseOrder());
  private final Map<String, Job> atWork = new HashMap<>();

  /**
   * @param most how many are kept, at least 1
   */
  public Jobs(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("jobs kept = " + most + ": below 1");
    }
    this.most = most;
  }

  /**
   * @throws InProgressException where one with the same key is at work
   */
  synchronized Job add(String id, Job.Request request, Instant now) throws InProgressException {
    Job other = atWork.get(request.key());
    if (other != null) {
      throw new InProgressException(other.id());
    }
    Job job = new Job(id, request, now, new JobState.Analyzing());
    atWork.put(request.key(), job);
    byId.put(id, job);
    makeRoom();
    return job;
  }

  /** Takes up a pruning that this or another instance completed before. */
  public synchronized void restore(ModelPruned result) {
    if (byId.containsKey(result.getPruningId())) {
      return;
    }
    Instant ended =
        Instant.ofEpochSecond(result.getTime().getSeconds(), result.getTime().getNanos());
    StartPruningRequest.Builder order =
        StartPruningRequest.newBuilder()
            .setTarget(result.getTarget())
            .setAllocation(result.getAllocation())
            .setChannelScore(result.getChannelScore());
    if (!result.getRunId().isEmpty()) {
      order.setRunId(result.getRunId());
    }
    Job.Request request =
        new Job.Request(result.getModel(), order.build(), Optional.empty(), Optional.empty());
    Instant started = PruningId.time(result.getPruningId()).orElse(ended);
    byId.put(
        result.getPruningId(),
        new Job(result.getPruningId(), request, started, new JobState.Completed(result, ended)));
    makeRoom();
  }

  /** Forgets a pruning that has ended. */
  public synchronized void forget(String id) {
    Job job = byId.get(id);
    if (job != null && job.state() instanceof JobState.Ended) {
      byId.remove(id);
    }
  }

  /** Moves a job on. */
  synchronized void advance(Job job, JobState next) {
    if (next instanceof JobState.Ended) {
      atWork.remove(job.request().key(), job);
    }
    job.become(next);
  }

  /** Forgets a job that was never begun. */
  synchronized void withdraw(Job job) {
    atWork.remove(job.request().key(), job);
    byId.remove(job.id());
  }

  public synchronized Optional<Job> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /**
   * @param after id of the job before the first, empty for the newest
   * @param limit at most so many
   */
  public synchronized List<Job> newestAfter(String after, int limit) {
    return (after.isEmpty() ? byId : byId.tailMap(after, false))
        .values().stream().limit(limit).toList();
  }

  private void makeRoom() {
    while (byId.size() > most) {
      Optional<String> oldest =
          byId.descendingMap().values().stream()
              .filter(job -> job.state() instanceof JobState.Ended)
              .map(Job::id)
              .findFirst();
      if (oldest.isEmpty()) {
        return;
      }
      byId.remove(oldest.get());
    }
  }
}
