package dev.espalier.pruner.message;

import dev.espalier.graph.v1.GroupKind;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.search.Sensitivity;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.GroupSensitivity;
import dev.espalier.pruning.v1.SensitivityPoint;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.Target;
import java.util.List;

/** The contract's form of a sensitivity analysis. */
public final class SensitivityMessages {
  private static final int MOST_SHARES = 20;

  private SensitivityMessages() {}

  /**
   * @return the shares that a request asks for, or the usual ones
   * @throws InvalidRequest where one is not above 0 and below 1, or there are too many
   */
  public static List<Double> shares(List<Double> asked) {
    if (asked.size() > MOST_SHARES) {
      throw new InvalidRequest("shares", asked.size(), "give at most " + MOST_SHARES);
    }
    for (double share : asked) {
      if (!(share > 0 && share < 1)) {
        throw new InvalidRequest("shares", share, "give shares above 0 and below 1");
      }
    }
    return asked.isEmpty() ? Sensitivity.SHARES : asked.stream().sorted().distinct().toList();
  }

  /**
   * What a pruning of the same model by the same score on the same data would be asked for.
   *
   * @throws InvalidRequest where a field does not do
   */
  public static StartPruningRequest order(AnalyzeSensitivityRequest request) {
    return OrderMessages.complete(
        StartPruningRequest.newBuilder()
            .setModel(request.getModel())
            .setTarget(Target.newBuilder().setTolerance(0.5))
            .setChannelScore(request.getChannelScore())
            .setCalibration(request.getCalibration())
            .putAllInputShapes(request.getInputShapesMap())
            .build());
  }

  public static dev.espalier.pruning.v1.Sensitivity of(Sensitivity sensitivity) {
    var message = dev.espalier.pruning.v1.Sensitivity.newBuilder();
    sensitivity.groups().forEach(group -> message.addGroups(of(group)));
    return message.build();
  }

  private static GroupSensitivity of(Sensitivity.OfGroup measured) {
    Group group = measured.group();
    GroupSensitivity.Builder message =
        GroupSensitivity.newBuilder()
            .setGroupId(group.id())
            .setKind(
                group.coupling() ? GroupKind.GROUP_KIND_COUPLING : GroupKind.GROUP_KIND_COMPONENT)
            .addAllComponents(group.components())
            .setUnits(group.units())
            .setParameters(group.parameters());
    for (Sensitivity.Point point : measured.points()) {
      message.addPoints(
          SensitivityPoint.newBuilder()
              .setShare(point.share())
              .setRemovedUnits(point.removedUnits())
              .setRemovedParameters(point.removedParameters())
              .setError(point.error()));
    }
    return message.build();
  }
}
