package dev.espalier.trainer.api;

import dev.espalier.grpc.Errors;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.Target;
import dev.espalier.training.v1.Milestone;
import java.util.List;

/** Checks milestones as far as that can be done before the run: the pruner checks the rest. */
final class MilestoneRequests {
  private static final int MOST = 20;

  private MilestoneRequests() {}

  /**
   * @param epochs of the run
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where a field is out of its range
   */
  static void check(List<Milestone> milestones, int epochs) {
    if (milestones.size() > MOST) {
      throw Errors.invalid("milestones", milestones.size(), "give at most " + MOST);
    }
    int least = 1;
    for (int i = 0; i < milestones.size(); i++) {
      Milestone milestone = milestones.get(i);
      String field = "milestones[" + i + "].";
      int after = milestone.getAfterEpochs();
      if (after < least || after >= epochs) {
        throw Errors.invalid(
            field + "after_epochs",
            after,
            "choose from " + least + " to " + (epochs - 1) + ", rising and below the run's epochs");
      }
      least = after + 1;
      target(field + "target", milestone.getTarget());
      if (milestone.getChannelScore() == ChannelScore.CHANNEL_SCORE_ACTIVATION) {
        throw Errors.invalid(
            field + "channel_score",
            milestone.getChannelScore(),
            "needs calibration data; a milestone takes what the run records, or L1 or L2");
      }
    }
  }

  private static void target(String field, Target target) {
    switch (target.getAmountCase()) {
      case PARAMETERS_SHARE -> share(field + ".parameters_share", target.getParametersShare());
      case MACS_SHARE -> share(field + ".macs_share", target.getMacsShare());
      case TOLERANCE ->
          throw Errors.invalid(
              field + ".tolerance",
              target.getTolerance(),
              "needs calibration data; give a milestone a share, bytes or a latency");
      case AMOUNT_NOT_SET ->
          throw Errors.invalid(field + ".amount", "", "set one, such as parameters_share");
      case BYTES, LATENCY_MS, COMPONENTS -> {}
    }
  }

  private static void share(String field, double share) {
    if (!(share > 0 && share < 1)) {
      throw Errors.invalid(field, share, "choose a share above 0 and below 1");
    }
  }
}
