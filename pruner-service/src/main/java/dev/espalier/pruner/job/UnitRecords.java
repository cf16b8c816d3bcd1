package dev.espalier.pruner.job;

import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import java.io.IOException;
import java.util.List;

/** Finds what a run recorded unit by unit. */
@FunctionalInterface
public interface UnitRecords {
  /**
   * @return stretch by stretch, those of a group in the order of its units; empty where the run
   *     recorded nothing
   * @throws IOException where it cannot be read now
   */
  List<UnitEvidence> of(Ranking ranking) throws IOException;
}
