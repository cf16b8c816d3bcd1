package dev.espalier.local.cli;

import dev.espalier.pruning.v1.Target;
import dev.espalier.training.v1.Milestone;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Cuts that are made while a run trains. */
final class CutOptions {
  @Option(
      names = "--cut",
      paramLabel = "EPOCHS:R",
      split = ",",
      description = {
        "Cut the network after so many epochs by the ranking so far, and go on training: R is the"
            + " share of the parameters that it has then which goes, as in 3:0.3,6:0.3."
      })
  private List<String> cuts = new ArrayList<>();

  @Option(
      names = "--cut-score",
      paramLabel = "S",
      description =
          "Which units of a group go: l1 or l2 by their weights; gradient, fisher or taylor as the"
              + " run recorded them (default: l2).")
  private PruneOptions.ScoreOption score = PruneOptions.ScoreOption.L2;

  /**
   * @throws CommandFailure where a cut is not written as EPOCHS:R
   */
  List<Milestone> milestones() {
    List<Milestone> milestones = new ArrayList<>();
    for (String cut : cuts) {
      String[] parts = cut.split(":", -1);
      try {
        if (parts.length == 2) {
          milestones.add(
              Milestone.newBuilder()
                  .setAfterEpochs(Integer.parseInt(parts[0].strip()))
                  .setTarget(
                      Target.newBuilder().setParametersShare(Double.parseDouble(parts[1].strip())))
                  .setChannelScore(score.message())
                  .build());
          continue;
        }
      } catch (NumberFormatException e) {
        throw bad(cut, e);
      }
      throw bad(cut, null);
    }
    return milestones;
  }

  private static CommandFailure bad(String cut, Exception cause) {
    CommandFailure failure =
        new CommandFailure(
            ExitCode.USAGE,
            "--cut = \"" + cut + "\": write EPOCHS:R, such as 3:0.3 for 30 % after three epochs");
    failure.initCause(cause);
    return failure;
  }
}
