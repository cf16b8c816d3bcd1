package dev.espalier.pruner;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.AxisTracer;
import dev.espalier.pruner.graph.Rules;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.graph.rule.StandardRules;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.Constraints;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.Reached;
import dev.espalier.pruner.plan.RemovalOrder;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.runtime.Preparation;
import dev.espalier.pruner.runtime.Weights;
import dev.espalier.pruner.search.LatencySearch;
import dev.espalier.pruner.search.OutputError;
import dev.espalier.pruner.search.ToleranceSearch;
import dev.espalier.pruner.verify.Latency;
import dev.espalier.pruner.verify.MaskedTwin;
import dev.espalier.pruner.verify.Trials;
import dev.espalier.pruner.verify.Verification;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruner.verify.Verifier;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The whole way from a model to a smaller one with proof, without any service around it.
 *
 * @param rules the operators that are understood
 * @param nanoTime the clock that latencies are measured by
 */
public record Pruner(Rules rules, LongSupplier nanoTime) {
  private static final long SEED = 20260119;

  /** The pruner as it is released. */
  public Pruner() {
    this(StandardRules.ALL, System::nanoTime);
  }

  /** What is at work. */
  public enum Stage {
    PLANNING,
    CUTTING,
    VERIFYING
  }

  /**
   * How to cut.
   *
   * @param target how much to remove
   * @param constraints what must stay
   * @param allocation how that is spread over the groups
   * @param score which units of a group go first
   * @param calibration data that a tolerance is measured on
   * @param metadata properties that the smaller model gets
   */
  public record Order(
      Target target,
      Constraints constraints,
      Allocation allocation,
      ChannelScore score,
      Optional<Calibration> calibration,
      Map<String, String> metadata) {
    /** Without constraints, data or metadata. */
    public Order(Target target, Allocation allocation, ChannelScore score) {
      this(target, Constraints.NONE, allocation, score, Optional.empty(), Map.of());
    }
  }

  /** Told how the work goes on. */
  public interface Progress {
    /** A stage begins. */
    void stage(Stage stage);

    /** A cut was tried, where the target is searched for by measuring. */
    default void tried(Reached.Point point) {}
  }

  /**
   * A model's size.
   *
   * @param parameters scalars in all floating-point initialisers
   * @param macs multiply-accumulate operations of one forward pass at batch size 1
   * @param latencyMs median time of one such pass on one thread, in milliseconds
   */
  public record Cost(long parameters, long macs, double latencyMs) {}

  /** What came of it. */
  public record Result(
      OnnxModel pruned,
      PruningPlan plan,
      Reached reached,
      KeptIndices kept,
      Verification verification,
      Cost before,
      Cost after) {}

  /**
   * Finds the groups of a model.
   *
   * @param inputShapes by graph input its shape, for those that leave axes open which cannot be 1
   * @throws dev.espalier.onnx.OnnxException where the model cannot be used; says where
   */
  public Traced analyze(OnnxModel model, Map<String, long[]> inputShapes) {
    return AxisTracer.trace(Preparation.of(model, inputShapes), rules);
  }

  /** Finds the groups of a model, its open axes taken as 1. */
  public Traced analyze(OnnxModel model) {
    return analyze(model, Map.of());
  }

  /**
   * Plans, cuts and verifies.
   *
   * @throws dev.espalier.pruner.plan.PlanException where the target cannot be met
   * @throws VerificationException where the smaller model is not the masked twin's equal
   */
  public Result prune(Traced traced, Order order, Progress progress) {
    progress.stage(Stage.PLANNING);
    Planner.Planned planned = plan(traced, order, progress);
    // Not before: planning may time models, and nothing else should load meanwhile.
    try (Weights weights = new Weights();
        Latency before = loading(traced, traced.model(), weights)) {
      return cut(traced, planned, order.metadata, progress, weights, before);
    }
  }

  private Result cut(
      Traced traced,
      Planner.Planned planned,
      Map<String, String> metadata,
      Progress progress,
      Weights weights,
      Latency before) {
    PruningPlan plan = planned.plan();
    progress.stage(Stage.CUTTING);
    Survivors survivors = new Survivors(traced, plan.removed());
    KeptIndices kept = KeptIndices.of(traced, survivors);
    OnnxModel pruned = Cut.apply(traced, survivors, kept, metadata);
    if (pruned.parameters() != plan.parametersAfter()) {
      throw new VerificationException(
          "the pruned model has %d parameters, the plan says %d"
              .formatted(pruned.parameters(), plan.parametersAfter()));
    }
    progress.stage(Stage.VERIFYING);
    Verification verification = verify(traced, survivors, pruned, weights);
    Cost large =
        new Cost(traced.model().parameters(), traced.graph().macs(), before.milliseconds(nanoTime));
    before.close();
    long macsAfter = rules.macs(pruned.nodes(), survivors.shapes());
    Cost small = new Cost(pruned.parameters(), macsAfter, latency(traced, pruned, weights));
    return new Result(pruned, plan, planned.reached(), kept, verification, large, small);
  }

  private static Verification verify(
      Traced traced, Survivors survivors, OnnxModel pruned, Weights weights) {
    Verification verification =
        Verifier.compare(
            pruned,
            MaskedTwin.of(traced, survivors),
            weights,
            survivors.approximations(),
            Trials.of(traced.graph().macs(), traced.prepared().inputShapes(), SEED));
    if (verification.wrong()) {
      throw new VerificationException(
          "the pruned model is off its masked twin by %s of its outputs' scale, above %s"
              .formatted(verification.maxRelative(), Verification.TOLERANCE));
    }
    return verification;
  }

  private static Latency loading(Traced traced, OnnxModel model, Weights weights) {
    return Latency.loading(model, weights, traced.prepared().inputShapes());
  }

  private double latency(Traced traced, OnnxModel model) {
    try (Weights weights = new Weights()) {
      return latency(traced, model, weights);
    }
  }

  private double latency(Traced traced, OnnxModel model, Weights weights) {
    try (Latency latency = loading(traced, model, weights)) {
      return latency.milliseconds(nanoTime);
    }
  }

  private Planner.Planned plan(Traced traced, Order order, Progress progress) {
    RemovalOrder removals =
        RemovalOrder.of(traced, order.score, order.allocation, order.constraints);
    Planner planner = new Planner(traced, removals);
    return switch (order.target) {
      case Target.Parameters target -> planner.parameters(target);
      case Target.Macs target -> planner.macs(target);
      case Target.Components target -> planner.components(target);
      case Target.Bytes target ->
          planner.bytes(
              target,
              survivors ->
                  Cut.apply(traced, survivors, order.metadata).proto().getSerializedSize());
      case Target.Latency target ->
          new LatencySearch(traced, removals, model -> latency(traced, model), progress::tried)
              .search(target);
      case Target.Tolerance target -> {
        Calibration data =
            order.calibration.orElseThrow(
                () ->
                    new PlanException("tolerance = " + target.most() + ": needs calibration data"));
        OutputError error = OutputError.of(traced.prepared().original(), data);
        yield new ToleranceSearch(traced, removals, error::of, progress::tried).search(target);
      }
    };
  }
}
