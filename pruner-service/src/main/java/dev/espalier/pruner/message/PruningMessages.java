package dev.espalier.pruner.message;

import com.google.protobuf.Timestamp;
import dev.espalier.graph.v1.Declined;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.pruner.job.Job;
import dev.espalier.pruner.job.JobState;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruning.v1.Approximation;
import dev.espalier.pruning.v1.GroupCut;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.ModelSize;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningState;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.TargetReached;
import dev.espalier.pruning.v1.TriedCut;
import dev.espalier.pruning.v1.Verification;
import java.time.Instant;
import java.util.List;

/** The contract's form of a pruning and its result. */
public final class PruningMessages {
  private PruningMessages() {}

  /**
   * @param id the pruning
   * @param order what was asked for
   * @param report what was done
   * @param reportName where the report lies, relative to the model store's root
   */
  public static ModelPruned result(
      String id, StartPruningRequest order, Report report, String reportName) {
    Report.Provenance provenance = report.provenance();
    Report.Verified verified = report.verification();
    ModelPruned.Builder message =
        ModelPruned.newBuilder()
            .setPruningId(id)
            .setRunId(order.getRunId())
            .setModel(provenance.model())
            .setModelDigest(provenance.modelDigest())
            .setPrunedModel(provenance.prunedModel())
            .setPrunedModelDigest(provenance.prunedModelDigest())
            .setReport(reportName)
            .setBefore(size(report.before()))
            .setAfter(size(report.after()))
            .setTarget(order.getTarget())
            .setAllocation(order.getAllocation())
            .setChannelScore(order.getChannelScore())
            .setVerification(
                Verification.newBuilder()
                    .setMaxAbsolute(verified.maxAbsolute())
                    .setMaxRelative(verified.maxRelative())
                    .setExact(verified.exact())
                    .setApproximateBecause(verified.approximateBecause())
                    .setInputs(verified.inputs())
                    .addAllApproximations(
                        verified.approximate().stream()
                            .map(
                                a ->
                                    Approximation.newBuilder()
                                        .setNode(a.node())
                                        .setOperator(a.operator())
                                        .setReason(a.reason())
                                        .build())
                            .toList()))
            .setReached(reached(report.target()))
            .setReportHtml(reportName.replaceAll("json$", "html"))
            .addAllDeclined(declined(report))
            .setTime(timestamp(provenance.time()));
    report.groups().forEach(group -> message.addGroups(cut(group)));
    return message.build();
  }

  private static TargetReached reached(Report.TargetReached target) {
    TargetReached.Builder reached = TargetReached.newBuilder();
    if (target.components() == null) {
      reached.setAsked(target.asked()).setReached(target.reached());
    } else {
      target.components().forEach((name, own) -> reached.putComponents(name, own.reached()));
    }
    if (target.curve() != null) {
      target
          .curve()
          .forEach(
              point ->
                  reached.addTried(
                      TriedCut.newBuilder()
                          .setShare(point.share())
                          .setParameters(point.parameters())
                          .setMeasured(point.error())
                          .setWithin(point.within())));
    }
    return reached.build();
  }

  /** The pruning as it stands. */
  public static Pruning pruning(Job job, JobState state) {
    Pruning.Builder message =
        Pruning.newBuilder()
            .setPruningId(job.id())
            .setRunId(job.request().runId())
            .setModel(job.request().model())
            .setStarted(timestamp(job.started()));
    switch (state) {
      case JobState.Analyzing s -> message.setState(PruningState.PRUNING_STATE_ANALYZING);
      case JobState.Planning s -> message.setState(PruningState.PRUNING_STATE_PLANNING);
      case JobState.Cutting s -> message.setState(PruningState.PRUNING_STATE_CUTTING);
      case JobState.Verifying s -> message.setState(PruningState.PRUNING_STATE_VERIFYING);
      case JobState.Completed completed ->
          message
              .setState(PruningState.PRUNING_STATE_COMPLETED)
              .setEnded(timestamp(completed.at()))
              .setResult(completed.result());
      case JobState.Failed failed ->
          message
              .setState(PruningState.PRUNING_STATE_FAILED)
              .setEnded(timestamp(failed.at()))
              .setFailure(failed.reason());
    }
    return message.build();
  }

  private static GroupCut cut(Report.GroupCut group) {
    GroupCut.Builder message =
        GroupCut.newBuilder()
            .setGroupId(group.id())
            .setKind(
                group.components().size() > 1
                    ? GroupKind.GROUP_KIND_COUPLING
                    : GroupKind.GROUP_KIND_COMPONENT)
            .addAllComponents(group.components())
            .setUnits(group.units())
            .setProtected(group.isProtected())
            .setKept(group.kept());
    if (group.importance() != null) {
      message.setImportance(group.importance());
    }
    return message.build();
  }

  private static List<Declined> declined(Report report) {
    return GraphMessages.declined(
        report.declined().stream()
            .map(
                d ->
                    new dev.espalier.pruner.graph.Declined(
                        d.node(), d.operator(), d.reason(), d.heldBack()))
            .toList());
  }

  private static ModelSize size(Report.Size size) {
    return ModelSize.newBuilder()
        .setParameters(size.parameters())
        .setMacs(size.macs())
        .setBytes(size.bytes())
        .setLatencyMs(size.latencyMs())
        .build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
