package dev.espalier.importance.fold;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.metric.GroupEvidence;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.importance.v1.FoldStateOrBuilder;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.UnitScores;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The fold over one run's log: state and event in, new state and outputs out. The state is kept
 * unpacked between events; {@link #state()} and {@link #restore} carry it over, bit for bit. Not
 * for use by several threads.
 */
public final class RunFold {
  static final int TRAINING = 0;
  static final int COMPLETED = 1;
  static final int FAILED = 2;
  static final int STOPPED = 3;

  private static final Outcome DUPLICATE = new Outcome.Duplicate();

  private final FoldState.Builder state;
  private final UnitMemory memory;
  private Settings settings;
  private Weighing weighing;
  private Judging judging;
  private Units units;
  private SummaryColumns columns;
  private long taken;
  private LogDigest digest;

  private RunFold(FoldState.Builder state, UnitMemory memory) {
    this.state = state;
    this.memory = memory;
  }

  /** A fold that waits for RunStarted and keeps its units on the heap. */
  public static RunFold fresh() {
    return fresh(UnitMemory.onHeap());
  }

  /**
   * A fold that waits for RunStarted.
   *
   * @param memory of its units, empty; forgotten once the run cannot go on
   */
  public static RunFold fresh(UnitMemory memory) {
    return new RunFold(FoldState.newBuilder(), memory);
  }

  /**
   * @param state of an open fold, as {@link #state()} gave it
   * @param memory of its units, as the fold left it
   */
  public static RunFold restore(FoldState state, UnitMemory memory) {
    RunFold fold = new RunFold(state.toBuilder(), memory);
    if (Ended.is(state) && !Ended.isWhole(state)) {
      fold.shrink();
    } else {
      fold.unpack();
    }
    return fold;
  }

  /** Whether RunStarted has been folded; before that there is no state to keep. */
  public boolean isOpen() {
    return weighing != null || Ended.is(state);
  }

  /**
   * The whole state, after {@link #isOpen()} turned true. Of a run that cannot go on only its id,
   * sequence, phase, counters, a digest of its start and the keys of its unit scores are left.
   */
  public FoldState state() {
    if (weighing == null) {
      return state.build();
    }
    FoldState.Builder whole = state.clone();
    weighing.save(whole);
    judging.save(whole);
    return whole.setLogDigest(digest.bytes()).build();
  }

  /** Whether the run has ended, well or not. */
  public static boolean hasEnded(FoldStateOrBuilder state) {
    return Ended.is(state);
  }

  /** Whether the run has ended, and all that it needs to go on is there. */
  public static boolean canGoOn(FoldStateOrBuilder state) {
    return Ended.isWhole(state);
  }

  /** Gives up what a run that has ended would need to go on. */
  public void giveUp() {
    if (Ended.isWhole(state)) {
      units.clear();
      shrink();
    }
  }

  /** Keys of the run's records on the topic of unit scores. */
  public List<String> unitKeys() {
    return state.getUnitKeysList();
  }

  /** Events that the log has lost so far, by the jumps in their sequence. */
  public long missing() {
    return state.getMissingEvents();
  }

  /** The {@link Footprint} of the state as it is. */
  public long bytes() {
    return taken;
  }

  /**
   * Folds the next record of the run's log. What is no event of this run moves a counter and
   * nothing else.
   *
   * @param run the record's key
   * @param value the record's value; null where it has none
   */
  public Outcome fold(String run, byte[] value) {
    if (value == null) {
      return refused(Outcome.Fault.UNREADABLE, "value is not set");
    }
    TrainingEvent event;
    try {
      event = TrainingEvent.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      return refused(Outcome.Fault.UNREADABLE, "value is no TrainingEvent: " + e.getMessage());
    }
    if (!event.getRunId().equals(run)) {
      return refused(
          Outcome.Fault.UNREADABLE,
          Check.failure("run_id", "\"" + event.getRunId() + "\"", "must equal the record's key")
              .getMessage());
    }
    return fold(event, value);
  }

  /**
   * Folds the next event of the log. An event that is not folded moves its counter and nothing
   * else; on a fold that is not open, not even that.
   */
  public Outcome fold(TrainingEvent event) {
    return fold(event, event.toByteArray());
  }

  /**
   * @param bytes of the event on the wire
   */
  Outcome fold(TrainingEvent event, byte[] bytes) {
    try {
      EventCheck.event(event, bytes.length);
      if (event.hasRunDeleted()) {
        return deleted();
      }
      return isOpen() ? next(event, bytes) : open(event, bytes);
    } catch (IllegalArgumentException e) {
      return refused(Outcome.Fault.INVALID, e.getMessage());
    }
  }

  private Outcome refused(Outcome.Fault fault, String reason) {
    state.setRejectedEvents(state.getRejectedEvents() + 1);
    return new Outcome.Rejected(fault, reason, judging == null ? List.of() : judging.takeFound());
  }

  private Outcome deleted() {
    List<String> keys = List.copyOf(state.getUnitKeysList());
    if (units != null) {
      units.clear();
    }
    state.clear();
    pack();
    return new Outcome.Deleted(keys);
  }

  private Outcome open(TrainingEvent event, byte[] bytes) {
    if (!event.hasRunStarted()) {
      return refused(
          Outcome.Fault.UNKNOWN_RUN,
          Check.failure(
                  "run_id",
                  "\"" + event.getRunId() + "\"",
                  "is not known, its log must begin with run_started")
              .getMessage());
    }
    EventCheck.start(event.getRunStarted(), event.getSequence());
    state.clear().setRunId(event.getRunId()).setStart(event.getRunStarted());
    unpack();
    accept(event, bytes);
    return folded(Optional.of(snapshot()));
  }

  private Outcome next(TrainingEvent event, byte[] bytes) {
    long sequence = event.getSequence();
    Check.that(
        event.getRunId().equals(state.getRunId()),
        "run_id",
        event.getRunId(),
        "must be " + state.getRunId());
    if (event.hasRunStarted() && !Ended.beganWith(state, event.getRunStarted())) {
      throw Check.failure("run_started", "event " + sequence, "the run is open with other content");
    }
    if (sequence <= state.getSequence()) {
      state.setDuplicateEvents(state.getDuplicateEvents() + 1);
      return DUPLICATE;
    }
    if (event.hasRunResumed() && (state.getPhase() == TRAINING || Ended.isWhole(state))) {
      return resumed(event, bytes);
    }
    if (state.getPhase() != TRAINING) {
      return refused(
          Outcome.Fault.RUN_ENDED,
          Check.failure("sequence", sequence, "the run ended with event " + state.getSequence())
              .getMessage());
    }
    return switch (event.getEventCase()) {
      case GRADIENT_SUMMARY -> summary(event, bytes, event.getGradientSummary());
      case UNIT_SUMMARY -> units(event, bytes, event.getUnitSummary());
      case EPOCH_COMPLETED -> epoch(event, bytes, event.getEpochCompleted());
      case RUN_COMPLETED -> completed(event, bytes, event.getRunCompleted());
      case RUN_FAILED -> failed(event, bytes);
      case RUN_PRUNED -> pruned(event, bytes, event.getRunPruned());
      case RUN_STARTED, RUN_DELETED, RUN_RESUMED, EVENT_NOT_SET ->
          throw Check.failure("sequence", sequence, "must be 0 for run_started");
    };
  }

  private Outcome summary(TrainingEvent event, byte[] bytes, GradientSummary summary) {
    GroupEvidence evidence;
    try {
      evidence = columns.of(summary);
    } catch (IllegalArgumentException e) {
      new FirstNotFinite(state.getStart()).in(summary).ifPresent(judging::add);
      throw e;
    }
    accept(event, bytes);
    judging.add(summary.getEpoch(), evidence);
    weighing.add(
        evidence,
        summary.getOverallMeanAbsoluteGradient(),
        summary.getOverallMeanAbsolutePenalty());
    state.setSummaries(state.getSummaries() + 1);
    if (summary.getStaleCoefficients()) {
      state.setStaleSummaries(state.getStaleSummaries() + 1);
    }
    return folded(Optional.empty());
  }

  private Outcome units(TrainingEvent event, byte[] bytes, UnitSummary summary) {
    UnitColumns checked;
    try {
      EventCheck.place("unit_summary", summary.getEpoch(), summary.getBatch());
      checked = units.check(summary);
    } catch (IllegalArgumentException e) {
      new FirstNotFinite(state.getStart()).in(summary).ifPresent(judging::add);
      throw e;
    }
    accept(event, bytes);
    units.add(summary, checked);
    return folded(Optional.empty());
  }

  private Outcome epoch(TrainingEvent event, byte[] bytes, EpochCompleted epoch) {
    EventCheck.epoch(epoch, state.getEpochsCompleted());
    accept(event, bytes);
    state
        .setEpochsCompleted(epoch.getEpoch() + 1)
        .setTrainingLoss(epoch.getTrainingLoss())
        .setValidationLoss(epoch.getValidationLoss())
        .setPenaltyGradient(weighing.overallGradient())
        .setPenaltyOutweighsTask(weighing.closeEpoch());
    new FirstNotFinite(state.getStart()).in(epoch).ifPresent(judging::add);
    if (state.getSummaries() > 0) {
      judging.closeEpoch(epoch.getEpoch(), weighing);
    }
    return epoch.getCutFollows() ? withUnits(false) : folded(Optional.of(snapshot()));
  }

  private Outcome pruned(TrainingEvent event, byte[] bytes, RunPruned pruned) {
    try {
      CutCheck.pruned(pruned, state.getStart().getGroupsList(), state.getEpochsCompleted());
    } catch (IllegalArgumentException e) {
      new FirstNotFinite(state.getStart()).in(pruned).ifPresent(judging::add);
      throw e;
    }
    accept(event, bytes);
    judging.cut(pruned, weighing);
    units.cut(pruned.getGroupsList(), pruned.getKeptList());
    state.setStartDigest(Ended.start(state));
    state.getStartBuilder().clearGroups().addAllGroups(pruned.getGroupsList());
    units = new Units(settings.emaFactor(), state.getStart(), memory);
    taken = Footprint.of(state);
    return state.getUnitKeysCount() == 0 ? folded(Optional.of(snapshot())) : withUnits(false);
  }

  private Outcome resumed(TrainingEvent event, byte[] bytes) {
    int before = state.getPhase();
    accept(event, bytes);
    if (before == TRAINING) {
      return folded(Optional.empty());
    }
    state.setPhase(TRAINING);
    return new Outcome.Folded(
        Optional.of(snapshot()),
        Optional.empty(),
        List.of(),
        new Outcome.Withdrawn(before == STOPPED, List.of()),
        judging.takeFound());
  }

  /** Publishes what is known unit by unit, instead of what was published of it before. */
  private Outcome withUnits(boolean ranking) {
    List<UnitScores> scores = units.scores(state.getRunId());
    List<String> keys = scores.stream().map(Units::key).toList();
    Set<String> gone = new LinkedHashSet<>(state.getUnitKeysList());
    keys.forEach(gone::remove);
    state.clearUnitKeys().addAllUnitKeys(keys);
    Report report = new Report(state, settings, weighing, judging);
    return new Outcome.Folded(
        Optional.of(report.snapshot()),
        ranking ? Optional.of(report.ranking(scores)) : Optional.empty(),
        scores,
        new Outcome.Withdrawn(false, List.copyOf(gone)),
        judging.takeFound());
  }

  private Outcome completed(TrainingEvent event, byte[] bytes, RunCompleted completed) {
    EventCheck.completed(completed);
    accept(event, bytes);
    state
        .setPhase(completed.getStopped() ? STOPPED : COMPLETED)
        .setModel(completed.getModel())
        .setModelDigest(completed.getModelDigest())
        .setLogDigest(digest.bytes());
    Outcome last = withUnits(true);
    end();
    return last;
  }

  private Outcome failed(TrainingEvent event, byte[] bytes) {
    accept(event, bytes);
    state.setPhase(FAILED).setFailure(event.getRunFailed().getReason());
    Outcome last = folded(Optional.of(snapshot()));
    end();
    return last;
  }

  private void end() {
    state.clearFailure().clearModel().clearModelDigest();
    if (state.getPhase() == COMPLETED) {
      units.clear();
      shrink();
    }
  }

  private void accept(TrainingEvent event, byte[] bytes) {
    long missing = Math.max(0, event.getSequence() - state.getSequence() - 1);
    state.setMissingEvents(state.getMissingEvents() + missing).setSequence(event.getSequence());
    if (event.hasTime()) {
      state.setTime(event.getTime());
    }
    digest.add(event, bytes);
  }

  private ImportanceSnapshot snapshot() {
    return new Report(state, settings, weighing, judging).snapshot();
  }

  private Outcome folded(Optional<ImportanceSnapshot> snapshot) {
    return new Outcome.Folded(
        snapshot, Optional.empty(), List.of(), Outcome.Withdrawn.NOTHING, judging.takeFound());
  }

  private void shrink() {
    FoldState shrunk = Ended.shrink(state);
    state.clear().mergeFrom(shrunk);
    pack();
  }

  private void pack() {
    taken = Footprint.of(state);
    settings = null;
    weighing = null;
    judging = null;
    units = null;
    columns = null;
    digest = null;
  }

  private void unpack() {
    settings = Settings.of(state.getStart().getImportance());
    weighing = Weighing.restore(settings, state);
    judging = new Judging(settings, state);
    units = new Units(settings.emaFactor(), state.getStart(), memory);
    digest = new LogDigest(state.getLogDigest());
    columns = new SummaryColumns(state.getStart().getGroupsCount());
    Weighing.clear(state);
    Judging.clear(state);
    taken = Footprint.of(state);
  }
}
