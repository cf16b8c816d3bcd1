package dev.espalier.trainer.run;

import com.google.protobuf.ByteString;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.KeptIndices;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.trainer.task.Objective;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.RunCut;
import dev.espalier.training.v1.RunPruned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes a run through its milestones: the pruner cuts the model as it is, the run goes on with the
 * smaller one. A cut that cannot be had leaves the run as it is, with a warning; one that ruins the
 * network is used, with a warning. Used by the run's thread.
 */
final class RunCutting {
  private final RunHandle handle;
  private final RunEnvironment environment;
  private final List<Milestone> milestones;
  private int passed;

  RunCutting(RunHandle handle, RunEnvironment environment) {
    this.handle = handle;
    this.environment = environment;
    milestones = handle.snapshot().settings().request().getMilestonesList();
  }

  /** Milestones that the run is past. */
  int passed() {
    return passed;
  }

  /** Goes on after so many milestones. */
  void resume(int milestonesPassed) {
    passed = milestonesPassed;
  }

  /** Whether the run is to be cut after so many epochs. */
  boolean isDue(int epochs) {
    return passed < milestones.size() && milestones.get(passed).getAfterEpochs() <= epochs;
  }

  /**
   * Cuts the run at the milestone that is due. Where the run is asked to stop meanwhile, the
   * milestone stays due. What was made is to be kept before the log is told of it: a run that is
   * resumed must not find a cut in its log that it does not know.
   *
   * @return what the log is to be told; empty where nothing was cut
   * @throws IOException where the disk fails
   */
  Optional<RunPruned> cut(int epochs, Objective objective, Learner learner, RunWeighing weighing)
      throws IOException, InterruptedException {
    Optional<RunPruned> made = Optional.empty();
    String problem;
    if (weighing.graph().isEmpty()) {
      problem = "its groups are not known";
    } else {
      try {
        CutRunResponse cut = ask(epochs, learner.model(), weighing.graph().get());
        if (cut == null) {
          return made;
        }
        made = Optional.of(use(cut, epochs, objective, learner, weighing));
        problem = "";
      } catch (TimeoutException e) {
        problem = "the pruner did not cut it within " + environment.cutWait();
      } catch (ExecutionException | CancellationException e) {
        problem = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      } catch (IllegalArgumentException e) {
        problem = "the smaller model cannot be used: " + e.getMessage();
      }
    }
    if (!problem.isEmpty()) {
      String words =
          "the run was not cut after " + epochs + " epochs and went on as it was: " + problem;
      handle.update(run -> run.warn("cut." + epochs, words));
    }
    passed++;
    return made;
  }

  /** Null where the run is asked to stop before there is an answer. */
  private CutRunResponse ask(int epochs, OnnxModel model, DependencyGraph graph)
      throws IOException, InterruptedException, TimeoutException, ExecutionException {
    String runId = handle.snapshot().settings().runId();
    String name = environment.store().trainedModel(runId);
    model.write(environment.store().resolve(name));
    Milestone milestone = milestones.get(passed);
    CompletableFuture<CutRunResponse> asked =
        environment
            .cuts()
            .cut(
                CutRunRequest.newBuilder()
                    .setRunId(runId)
                    .setModel(name)
                    .setAfterEpochs(epochs)
                    .setGraph(graph)
                    .setTarget(milestone.getTarget())
                    .setAllocation(milestone.getAllocation())
                    .setChannelScore(milestone.getChannelScore())
                    .setConstraints(milestone.getConstraints())
                    .build(),
                environment.cutWait());
    try {
      CompletableFuture.anyOf(asked, handle.stopRequest())
          .get(environment.cutWait().toMillis(), TimeUnit.MILLISECONDS);
      return asked.isDone() ? asked.get() : null;
    } finally {
      asked.cancel(true);
    }
  }

  private RunPruned use(
      CutRunResponse cut, int epochs, Objective objective, Learner learner, RunWeighing weighing) {
    ModelPruned result = cut.getResult();
    OnnxModel smaller = smaller(cut);
    if (cut.getKeptUnitsCount() != cut.getGraph().getGroupsCount()) {
      throw new IllegalArgumentException(
          "kept_units has %d groups, the graph %d"
              .formatted(cut.getKeptUnitsCount(), cut.getGraph().getGroupsCount()));
    }
    double before = learner.validate(objective);
    Learner.Successor next = learner.successor(smaller, kept(cut));
    List<GroupShape> groups;
    try {
      groups = weighing.cut(cut.getGraph(), tensors(next));
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
    learner.become(next);
    CutLoss loss =
        new CutLoss(
            handle.snapshot().progress().initialValidationLoss(),
            before,
            after(objective, learner, epochs));
    handle.update(
        run ->
            run.with(
                RunCut.newBuilder()
                    .setAfterEpochs(epochs)
                    .setParametersBefore(result.getBefore().getParameters())
                    .setParametersAfter(result.getAfter().getParameters())
                    .setValidationLossBefore(loss.before())
                    .setValidationLossAfter(loss.after())
                    .setPruningId(result.getPruningId())
                    .build()));
    loss.warning(epochs, handle.snapshot().settings().importance().getThresholds())
        .ifPresent(words -> handle.update(run -> run.warn("cut." + epochs + ".collapsed", words)));
    return event(cut, epochs, groups, loss);
  }

  /** From here on there is no way back: what goes wrong now is no reason to go on as before. */
  private static double after(Objective objective, Learner learner, int epochs) {
    try {
      objective.replaced(learner.network());
      return TrainingRun.finite(
          "validation loss", learner.validate(objective), "after the cut at epoch " + epochs);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the smaller network cannot go on: " + e.getMessage(), e);
    }
  }

  private OnnxModel smaller(CutRunResponse cut) {
    String name = cut.getResult().getPrunedModel();
    try {
      Path file = environment.store().resolve(name);
      String digest = OnnxModel.digest(file);
      if (!digest.equals(cut.getResult().getPrunedModelDigest())
          || !digest.equals(cut.getGraph().getModelDigest())) {
        throw new IllegalArgumentException(
            name + " is not the model of the cut: SHA-256 " + digest);
      }
      return OnnxModel.read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + " cannot be read: " + e, e);
    }
  }

  private RunTensors tensors(Learner.Successor next) {
    RunSettings settings = handle.snapshot().settings();
    return new RunTensors(
        settings.runId(),
        next.shapes(),
        next.untrained(),
        settings.request().getUnitSummaryEvery());
  }

  private static RunPruned event(
      CutRunResponse cut, int epochs, List<GroupShape> groups, CutLoss loss) {
    RunPruned.Builder event =
        RunPruned.newBuilder()
            .setAfterEpochs(epochs)
            .setModel(cut.getResult().getPrunedModel())
            .setModelDigest(cut.getResult().getPrunedModelDigest())
            .setPruningId(cut.getResult().getPruningId())
            .setValidationLossBefore(loss.before())
            .setValidationLossAfter(loss.after())
            .addAllGroups(groups);
    loss.initial().ifPresent(event::setInitialValidationLoss);
    for (int g = 0; g < groups.size(); g++) {
      event.addKept(groups.get(g).getUnits() == 0 ? ByteString.EMPTY : cut.getKeptUnits(g));
    }
    return event.build();
  }

  private static Map<String, Map<Integer, int[]>> kept(CutRunResponse cut) {
    Map<String, Map<Integer, int[]>> kept = new HashMap<>();
    for (KeptIndices axis : cut.getKeptList()) {
      kept.computeIfAbsent(axis.getInitializer(), name -> new TreeMap<>())
          .put(axis.getAxis(), axis.getIndexList().stream().mapToInt(i -> i).toArray());
    }
    return kept;
  }
}
