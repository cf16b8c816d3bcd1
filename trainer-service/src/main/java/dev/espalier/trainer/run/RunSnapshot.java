package dev.espalier.trainer.run;

import dev.espalier.training.v1.Provenance;
import dev.espalier.training.v1.RunCut;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A run as it stands.
 *
 * @param settings what was asked
 * @param started when it was asked
 * @param phase where it stands
 * @param progress how far it has come
 * @param warnings what a person should know, in words, by a key for each concern
 * @param provenance what it runs on
 * @param cuts cuts that were made, in order
 * @param checkpointEpochs epochs completed in the newest checkpoint; empty where there is none
 */
public record RunSnapshot(
    RunSettings settings,
    Instant started,
    RunPhase phase,
    Progress progress,
    Map<String, String> warnings,
    Provenance provenance,
    List<RunCut> cuts,
    OptionalInt checkpointEpochs) {
  /** Most warnings that are kept. */
  public static final int MOST_WARNINGS = 20;

  static RunSnapshot begin(RunSettings settings, Instant now) {
    return new RunSnapshot(
        settings,
        now,
        new RunPhase.Preparing(),
        Progress.none(),
        Map.of(),
        Provenance.getDefaultInstance(),
        List.of(),
        OptionalInt.empty());
  }

  RunSnapshot with(RunPhase next) {
    return new RunSnapshot(
        settings, started, next, progress, warnings, provenance, cuts, checkpointEpochs);
  }

  /** This run as far as it had come in a checkpoint. */
  RunSnapshot at(RunSnapshot checkpoint) {
    return new RunSnapshot(
        settings,
        started,
        phase,
        checkpoint.progress,
        checkpoint.warnings,
        provenance,
        checkpoint.cuts,
        checkpoint.checkpointEpochs);
  }

  RunSnapshot with(Progress next) {
    return new RunSnapshot(
        settings, started, phase, next, warnings, provenance, cuts, checkpointEpochs);
  }

  RunSnapshot with(Provenance known) {
    return new RunSnapshot(
        settings, started, phase, progress, warnings, known, cuts, checkpointEpochs);
  }

  RunSnapshot with(RunCut cut) {
    List<RunCut> more = new ArrayList<>(cuts);
    more.add(cut);
    return new RunSnapshot(
        settings,
        started,
        phase,
        progress,
        warnings,
        provenance,
        List.copyOf(more),
        checkpointEpochs);
  }

  RunSnapshot checkpointed(int epochs) {
    return new RunSnapshot(
        settings, started, phase, progress, warnings, provenance, cuts, OptionalInt.of(epochs));
  }

  /** With the words for a concern in the place of earlier ones. */
  RunSnapshot warn(String concern, String words) {
    Map<String, String> more = new LinkedHashMap<>(warnings);
    if (!more.containsKey(concern) && more.size() >= MOST_WARNINGS) {
      return this;
    }
    more.put(concern, words);
    return new RunSnapshot(
        settings,
        started,
        phase,
        progress,
        Collections.unmodifiableMap(more),
        provenance,
        cuts,
        checkpointEpochs);
  }
}
