package dev.espalier.pruner.message;

import dev.espalier.pruner.plan.Constraints;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruning.v1.Allocation;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.pruning.v1.InputShape;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request asks for, checked field by field. */
public final class OrderMessages {
  private OrderMessages() {}

  /**
   * The request with every default filled in.
   *
   * @throws InvalidRequest where a field does not do
   */
  public static StartPruningRequest complete(StartPruningRequest request) {
    StartPruningRequest complete =
        request.toBuilder()
            .setAllocation(allocation(request))
            .setChannelScore(channelScore(request))
            .build();
    target(complete.getTarget());
    constraints(complete.getConstraints());
    inputShapes(complete.getInputShapesMap());
    boolean measured = complete.getTarget().hasTolerance();
    boolean fromActivations =
        complete.getChannelScore() == ChannelScore.CHANNEL_SCORE_ACTIVATION
            || complete.getChannelScore() == ChannelScore.CHANNEL_SCORE_TAYLOR
                && !complete.hasRunId();
    if ((measured || fromActivations) && complete.getCalibration().isEmpty()) {
      throw new InvalidRequest(
          "calibration",
          "",
          "give calibration data: "
              + (measured ? "a tolerance is measured on it" : "the score is computed from it"));
    }
    return complete;
  }

  /**
   * @throws InvalidRequest where it names nothing, or nothing that can be
   */
  public static Target target(dev.espalier.pruning.v1.Target target) {
    try {
      return switch (target.getAmountCase()) {
        case PARAMETERS_SHARE -> new Target.Parameters(target.getParametersShare());
        case MACS_SHARE -> new Target.Macs(target.getMacsShare());
        case BYTES -> new Target.Bytes(target.getBytes());
        case LATENCY_MS -> new Target.Latency(target.getLatencyMs());
        case COMPONENTS -> new Target.Components(target.getComponents().getSharesMap());
        case TOLERANCE -> new Target.Tolerance(target.getTolerance());
        case AMOUNT_NOT_SET ->
            throw new InvalidRequest(
                "target.amount", "", "set one, such as target.parameters_share");
      };
    } catch (InvalidRequest e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "target." + target.getAmountCase().name().toLowerCase(java.util.Locale.ROOT),
          value(target),
          switch (target.getAmountCase()) {
            case PARAMETERS_SHARE ->
                "give the share of the parameters to remove, above 0 and below 1";
            case MACS_SHARE -> "give the share of the MACs to remove, above 0 and below 1";
            case COMPONENTS -> e.getMessage() + "; give shares above 0 and below 1";
            case TOLERANCE -> "give the largest relative error, above 0 and below 1";
            default -> "give a number above 0";
          });
    }
  }

  private static Object value(dev.espalier.pruning.v1.Target target) {
    return target.getField(
        target.getOneofFieldDescriptor(target.getDescriptorForType().getOneofs().getFirst()));
  }

  /**
   * @throws InvalidRequest where they cannot hold
   */
  public static Constraints constraints(dev.espalier.pruning.v1.Constraints constraints) {
    if (constraints.getMultipleOf() < 0) {
      throw new InvalidRequest(
          "constraints.multiple_of", constraints.getMultipleOf(), "give 1 or more, or 0 for any");
    }
    double kept = constraints.getLeastKept();
    if (!(kept >= 0 && kept < 1)) {
      throw new InvalidRequest(
          "constraints.least_kept", kept, "give a share of at least 0 and below 1");
    }
    return new Constraints(
        constraints.getProtectedGroupsList(), Math.max(1, constraints.getMultipleOf()), kept);
  }

  /**
   * @throws InvalidRequest where a dim is below 1
   */
  public static Map<String, long[]> inputShapes(Map<String, InputShape> shapes) {
    Map<String, long[]> dims = new LinkedHashMap<>();
    shapes.forEach(
        (input, shape) -> {
          for (long dim : shape.getDimsList()) {
            if (dim < 1) {
              throw new InvalidRequest(
                  "input_shapes." + input, shape.getDimsList(), "give lengths of 1 or more");
            }
          }
          dims.put(input, shape.getDimsList().stream().mapToLong(Long::longValue).toArray());
        });
    return dims;
  }

  private static Allocation allocation(StartPruningRequest request) {
    boolean run = request.getSourceCase() == StartPruningRequest.SourceCase.RUN_ID;
    return switch (request.getAllocation()) {
      case ALLOCATION_UNSPECIFIED ->
          run ? Allocation.ALLOCATION_IMPORTANCE : Allocation.ALLOCATION_GLOBAL;
      case ALLOCATION_IMPORTANCE -> {
        if (!run) {
          throw new InvalidRequest(
              "allocation",
              request.getAllocation(),
              "a model that comes alone has no ranking; prune its run, or take ALLOCATION_GLOBAL or"
                  + " ALLOCATION_UNIFORM");
        }
        yield request.getAllocation();
      }
      case ALLOCATION_UNIFORM, ALLOCATION_GLOBAL -> request.getAllocation();
      case UNRECOGNIZED ->
          throw new InvalidRequest(
              "allocation", request.getAllocationValue(), "take one of the contract's values");
    };
  }

  private static ChannelScore channelScore(StartPruningRequest request) {
    boolean run = request.getSourceCase() == StartPruningRequest.SourceCase.RUN_ID;
    return switch (request.getChannelScore()) {
      case CHANNEL_SCORE_UNSPECIFIED -> ChannelScore.CHANNEL_SCORE_L2;
      case CHANNEL_SCORE_L1, CHANNEL_SCORE_L2, CHANNEL_SCORE_ACTIVATION, CHANNEL_SCORE_TAYLOR ->
          request.getChannelScore();
      case CHANNEL_SCORE_GRADIENT, CHANNEL_SCORE_FISHER -> {
        if (!run) {
          throw new InvalidRequest(
              "channel_score",
              request.getChannelScore(),
              "a model that comes alone has no recorded gradients; prune its run, or take"
                  + " CHANNEL_SCORE_L2 or CHANNEL_SCORE_TAYLOR");
        }
        yield request.getChannelScore();
      }
      case UNRECOGNIZED ->
          throw new InvalidRequest(
              "channel_score", request.getChannelScoreValue(), "take one of the contract's values");
    };
  }
}
