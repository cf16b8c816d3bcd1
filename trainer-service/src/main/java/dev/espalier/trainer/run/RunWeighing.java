package dev.espalier.trainer.run;

import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.penalty.L1Penalty;
import dev.espalier.trainer.summary.CellSums;
import dev.espalier.trainer.summary.GroupStatistics;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.UnitMembership;
import dev.espalier.trainer.summary.UnitSums;
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
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How a run's groups are weighed: its groups once they are known, the newest coefficients, the
 * penalty that they make. Used by the run's thread.
 */
final class RunWeighing implements AutoCloseable {
  private RunTensors tensors;
  private final String digest;
  private final RunEnvironment environment;
  private final CompletableFuture<DependencyGraph> asked;
  private boolean answered;
  private DependencyGraph graph;
  private Membership membership;
  private CellSums sums;
  private UnitSummaries units;
  private IntPredicate told;
  private L1Penalty penalty;
  private CoefficientBoard board;
  private Coefficients applied;

  private RunWeighing(
      RunTensors tensors,
      String digest,
      RunEnvironment environment,
      CompletableFuture<DependencyGraph> asked,
      IntPredicate told) {
    this.tensors = tensors;
    this.told = told;
    this.digest = digest;
    this.environment = environment;
    this.asked = asked;
    use(new Membership(tensors.shapes(), List.of()));
  }

  /**
   * Asks for the groups of a model.
   *
   * @param model the model, in the store
   * @param digest its digest
   */
  static RunWeighing asking(
      RunTensors tensors, String model, String digest, RunEnvironment environment) {
    return new RunWeighing(
        tensors,
        digest,
        environment,
        environment.groups().ask(model, tensors.runId()),
        group -> true);
  }

  /**
   * Goes on with groups that are known.
   *
   * @param units of each that summaries speak of, 0 for none; those stay untold
   */
  static RunWeighing knowing(
      RunTensors tensors, DependencyGraph graph, List<Integer> units, RunEnvironment environment) {
    return new RunWeighing(
        tensors,
        graph.getModelDigest(),
        environment,
        CompletableFuture.completedFuture(graph),
        group -> group >= units.size() || units.get(group) > 0);
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
      use(RunGroups.membership(answer, digest, tensors));
      List<GroupShape> groups = RunGroups.shapes(answer, units);
      graph = answer;
      log.open(started.addAllGroups(groups).build());
      board = environment.coefficients().watch(tensors.runId());
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
   * @param now its tensors
   * @return the groups as the log shall have them
   * @throws IllegalArgumentException where the groups are others or do not fit the tensors; nothing
   *     has changed then
   */
  List<GroupShape> cut(DependencyGraph smaller, RunTensors now) {
    List<String> ids = RunGroups.ids(smaller);
    if (!ids.equals(RunGroups.ids(graph))) {
      throw new IllegalArgumentException(
          "the cut gave groups " + ids + " for " + RunGroups.ids(graph));
    }
    Membership cut = RunGroups.membership(smaller, smaller.getModelDigest(), now);
    List<Integer> before = units();
    told = group -> before.get(group) > 0;
    tensors = now;
    graph = smaller;
    use(cut);
    if (applied != null) {
      penalty = L1Penalty.of(applied, cut);
    }
    return RunGroups.shapes(smaller, units);
  }

  /** Units of each group that summaries speak of, 0 for none; empty while they are not known. */
  List<Integer> units() {
    return IntStream.range(0, membership.groups().size()).mapToObj(units::units).toList();
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
        environment
            .traces()
            .apply(tensors.runId(), newest, () -> penalty = L1Penalty.of(newest, membership));
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

  /**
   * Takes what a batch says of single units, where that is to be told.
   *
   * @param batches batches of the run before it
   */
  Optional<UnitSums> dueUnits(long batches) {
    return units.due(batches);
  }

  /** What of the units is not told, in words. */
  Optional<String> unitsLeftOut() {
    return units.isIncomplete()
        ? Optional.of(
            "the groups have more than "
                + UnitMembership.MOST_UNITS
                + " units; of those that do not fit, none is recorded, and they cannot be pruned"
                + " by recorded scores")
        : Optional.empty();
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
  private String name(OptionalInt column) {
    return column.isPresent()
        ? "the gradient of group \"" + membership.groups().get(column.getAsInt()).id() + "\""
        : "a gradient";
  }

  /**
   * Tells the log what a batch says.
   *
   * @param statistics of the groups
   * @param unitSums taken of the units, where that was due
   * @throws ArithmeticException where a number is not finite; the summary that holds it is told
   *     before, so that its readers can name it
   */
  void tell(
      RunLog log,
      int epoch,
      int batch,
      double loss,
      GroupStatistics statistics,
      Optional<UnitSums> unitSums) {
    log.add(summary(epoch, batch, loss, statistics));
    String when = "at epoch " + epoch + ", batch " + batch;
    TrainingRun.finite("loss", loss, when);
    if (!statistics.isFinite()) {
      throw new ArithmeticException(
          name(statistics.firstNotFinite())
              + " is not finite "
              + when
              + "; lower learning_rate or check the data");
    }
    unitSums.ifPresent(taken -> units.of(taken, epoch, batch).forEach(log::add));
  }

  private GradientSummary summary(int epoch, int batch, double loss, GroupStatistics statistics) {
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
    units = new UnitSummaries(now, tensors.unitsEvery(), told);
    penalty = L1Penalty.none(now);
  }
}
