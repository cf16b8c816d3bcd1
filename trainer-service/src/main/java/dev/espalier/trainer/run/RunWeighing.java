package dev.espalier.trainer.run;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunStarted;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a run's groups are weighed: its groups once they are known, the newest coefficients, the
 * penalty that they make. Used by the run's thread.
 */
final class RunWeighing implements AutoCloseable {
  private final String runId;
  private final String digest;
  private final List<TensorShape> shapes;
  private final RunEnvironment environment;
  private final CompletableFuture<DependencyGraph> asked;
  private boolean answered;
  private DependencyGraph graph;
  private Membership membership;
  private CellSums sums;
  private L1Penalty penalty;
  private CoefficientBoard board;
  private Coefficients applied;

  private RunWeighing(
      String runId,
      String digest,
      List<TensorShape> shapes,
      RunEnvironment environment,
      CompletableFuture<DependencyGraph> asked) {
    this.runId = runId;
    this.digest = digest;
    this.shapes = shapes;
    this.environment = environment;
    this.asked = asked;
    use(new Membership(shapes, List.of()));
  }

  /**
   * Asks for the groups of a model.
   *
   * @param model the model, in the store
   * @param digest its digest
   */
  static RunWeighing asking(
      String runId,
      String model,
      String digest,
      List<TensorShape> shapes,
      RunEnvironment environment) {
    return new RunWeighing(
        runId, digest, shapes, environment, environment.groups().ask(model, runId));
  }

  /** Goes on with groups that are known. */
  static RunWeighing knowing(
      String runId, DependencyGraph graph, List<TensorShape> shapes, RunEnvironment environment) {
    return new RunWeighing(
        runId,
        graph.getModelDigest(),
        shapes,
        environment,
        CompletableFuture.completedFuture(graph));
  }

  /**
   * Waits for an answer, or for another event that makes it needless.
   *
   * @return whether there is one
   */
  boolean awaitAnswer(CompletableFuture<?> needless) throws InterruptedException {
    try {
      CompletableFuture.anyOf(asked, needless)
          .get(environment.groupsWait().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return asked.isDone();
    }
    return asked.isDone();
  }

  /**
   * Opens the log once the groups are known.
   *
   * @param started what opens it, all but the groups
   * @return what is wrong with the groups, once, where they cannot be used
   */
  Optional<String> open(RunLog log, RunStarted.Builder started) {
    if (answered || !asked.isDone()) {
      return Optional.empty();
    }
    answered = true;
    try {
      DependencyGraph answer = asked.join();
      use(RunGroups.membership(answer, digest, shapes));
      List<GroupShape> groups = RunGroups.shapes(answer);
      graph = answer;
      log.open(started.addAllGroups(groups).build());
      board = environment.coefficients().watch(runId);
      return Optional.empty();
    } catch (CompletionException | CancellationException e) {
      return Optional.of(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Goes on with the groups of a smaller model; the coefficients in use stay.
   *
   * @param smaller its groups: the ids of before, in their order
   * @param tensors its parameter tensors
   * @throws IllegalArgumentException where the groups are others or do not fit the tensors; nothing
   *     has changed then
   */
  void cut(DependencyGraph smaller, List<TensorShape> tensors) {
    List<String> ids = RunGroups.ids(smaller);
    if (!ids.equals(RunGroups.ids(graph))) {
      throw new IllegalArgumentException(
          "the cut gave groups " + ids + " for " + RunGroups.ids(graph));
    }
    Membership now = RunGroups.membership(smaller, smaller.getModelDigest(), tensors);
    use(now);
    graph = smaller;
    if (applied != null) {
      penalty = L1Penalty.of(applied, now);
    }
  }

  /** The groups in use; empty while they are not known. */
  Optional<DependencyGraph> graph() {
    return Optional.ofNullable(graph);
  }

  /** Waits a bounded time for an epoch's coefficients; true where there is nothing to wait for. */
  boolean awaitCoefficients(int epoch, Duration longest) throws InterruptedException {
    return board == null || board.await(epoch, longest);
  }

  /** Takes the newest coefficients, if there are newer ones than those in use. */
  void refresh() {
    if (board == null) {
      return;
    }
    Coefficients newest = board.newest().orElse(null);
    if (newest != applied) {
      boolean same = newest.equals(applied);
      applied = newest;
      if (!same) {
        environment.traces().apply(runId, newest, () -> penalty = L1Penalty.of(newest, membership));
      }
    }
  }

  /** Epoch of the newest coefficients that have come, -1 for none. */
  int newestEpoch() {
    return board == null ? -1 : board.newest().map(Coefficients::epoch).orElse(-1);
  }

  Membership membership() {
    return membership;
  }

  L1Penalty penalty() {
    return penalty;
  }

  CellSums sums() {
    return sums;
  }

  /** Epoch of the coefficients in use, -1 for none. */
  int coefficientsEpoch() {
    return applied == null ? -1 : applied.epoch();
  }

  /**
   * Whether there ought to be coefficients of the given epoch, and those in use are older or there
   * are none. In every penalty mode they are published, so they are expected once the log is open.
   */
  boolean stale(int epoch) {
    return board != null && coefficientsEpoch() < epoch;
  }

  /** What to call the gradient of a column, or of all parameters. */
  String name(OptionalInt column) {
    return column.isPresent()
        ? "the gradient of group \"" + membership.groups().get(column.getAsInt()).id() + "\""
        : "a gradient";
  }

  GradientSummary summary(int epoch, int batch, double loss, GroupStatistics statistics) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder()
            .setEpoch(epoch)
            .setBatch(batch)
            .setLoss(loss)
            .setOverallMeanAbsoluteGradient(statistics.overallAbsoluteGradient())
            .setOverallMeanAbsolutePenalty(statistics.overallAbsolutePenalty())
            .setCoefficientsEpoch(coefficientsEpoch())
            .setStaleCoefficients(stale(epoch));
    Arrays.stream(statistics.meanAbsoluteGradient()).forEach(summary::addMeanAbsoluteGradient);
    Arrays.stream(statistics.meanSquaredGradient()).forEach(summary::addMeanSquaredGradient);
    Arrays.stream(statistics.l1Norm()).forEach(summary::addL1Norm);
    Arrays.stream(statistics.count()).forEach(summary::addCount);
    return summary.build();
  }

  @Override
  public void close() {
    asked.cancel(true);
    if (board != null) {
      board.close();
    }
  }

  private void use(Membership now) {
    membership = now;
    sums = new CellSums(now.cells());
    penalty = L1Penalty.none(now);
  }
}
