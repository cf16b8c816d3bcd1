package dev.espalier.pruner.api;

import dev.espalier.grpc.Errors;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import dev.espalier.run.RunId;
import io.grpc.StatusRuntimeException;

/** Checks requests field by field. */
final class Requests {
  static final int LARGEST_PAGE = 1000;
  private static final int USUAL_PAGE = 50;

  private Requests() {}

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static String runId(String runId) {
    if (!RunId.isValid(runId)) {
      throw Errors.invalid("run_id", runId, "give a run id, 1 to 64 characters of [a-z0-9-]");
    }
    return runId;
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static double parametersShare(Target target) {
    if (target.getAmountCase() != Target.AmountCase.PARAMETERS_SHARE) {
      throw Errors.invalid("target.amount", "", "set target.parameters_share");
    }
    double share = target.getParametersShare();
    if (!(share > 0 && share < 1)) {
      throw Errors.invalid(
          "target.parameters_share",
          share,
          "give the share of the parameters to remove, above 0 and below 1");
    }
    return share;
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static Allocation allocation(StartPruningRequest request) {
    boolean run = request.getSourceCase() == StartPruningRequest.SourceCase.RUN_ID;
    return switch (request.getAllocation()) {
      case ALLOCATION_UNSPECIFIED ->
          run ? Allocation.ALLOCATION_IMPORTANCE : Allocation.ALLOCATION_GLOBAL;
      case ALLOCATION_IMPORTANCE -> {
        if (!run) {
          throw Errors.invalid(
              "allocation",
              request.getAllocation(),
              "a model that comes alone has no ranking; prune its run, or take ALLOCATION_GLOBAL or"
                  + " ALLOCATION_UNIFORM");
        }
        yield request.getAllocation();
      }
      case ALLOCATION_UNIFORM, ALLOCATION_GLOBAL -> request.getAllocation();
      case UNRECOGNIZED ->
          throw Errors.invalid(
              "allocation", request.getAllocationValue(), "take one of the contract's values");
    };
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static ChannelScore channelScore(StartPruningRequest request) {
    return switch (request.getChannelScore()) {
      case CHANNEL_SCORE_UNSPECIFIED -> ChannelScore.CHANNEL_SCORE_L2;
      case CHANNEL_SCORE_L1, CHANNEL_SCORE_L2 -> request.getChannelScore();
      case UNRECOGNIZED ->
          throw Errors.invalid(
              "channel_score", request.getChannelScoreValue(), "take one of the contract's values");
    };
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static int pageSize(int pageSize) {
    if (pageSize < 0 || pageSize > LARGEST_PAGE) {
      throw Errors.invalid("page_size", pageSize, "give 1 to " + LARGEST_PAGE + ", or 0 for 50");
    }
    return pageSize == 0 ? USUAL_PAGE : pageSize;
  }
}
