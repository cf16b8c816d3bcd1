package dev.espalier.pruner;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.cut.Cut;
import dev.espalier.pruner.cut.KeptIndices;
import dev.espalier.pruner.graph.AxisTracer;
import dev.espalier.pruner.graph.Rules;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.Allocation;
import dev.espalier.pruner.plan.ChannelScore;
import dev.espalier.pruner.plan.Planner;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.runtime.Shapes;
import dev.espalier.pruner.verify.Latency;
import dev.espalier.pruner.verify.MaskedTwin;
import dev.espalier.pruner.verify.Verification;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruner.verify.Verifier;
import java.util.Map;
import java.util.function.Consumer;
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
    this(Rules.ALL, System::nanoTime);
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
   * @param allocation how that is spread over the groups
   * @param score which units of a group go first
   * @param metadata properties that the smaller model gets
   */
  public record Order(
      Target target, Allocation allocation, ChannelScore score, Map<String, String> metadata) {}

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
      KeptIndices kept,
      Verification verification,
      Cost before,
      Cost after) {}

  /**
   * Finds the groups of a model.
   *
   * @throws dev.espalier.onnx.OnnxException where the model cannot be used; says where
   */
  public Traced analyze(OnnxModel model) {
    return AxisTracer.trace(model, Shapes.of(model), rules);
  }

  /**
   * Plans, cuts and verifies.
   *
   * @param progress told each stage as it begins
   * @throws dev.espalier.pruner.plan.PlanException where the target cannot be met
   * @throws VerificationException where the smaller model is not the masked twin's equal
   */
  public Result prune(Traced traced, Order order, Consumer<Stage> progress) {
    progress.accept(Stage.PLANNING);
    OnnxModel model = traced.model();
    PruningPlan plan = Planner.plan(traced, order.score, order.allocation, order.target);
    progress.accept(Stage.CUTTING);
    KeptIndices kept = KeptIndices.of(model, traced.graph(), plan);
    OnnxModel pruned = Cut.apply(model, kept, order.metadata);
    if (pruned.parameters() != plan.parametersAfter()) {
      throw new VerificationException(
          "the pruned model has %d parameters, the plan says %d"
              .formatted(pruned.parameters(), plan.parametersAfter()));
    }
    progress.accept(Stage.VERIFYING);
    Verification verification = Verifier.compare(pruned, MaskedTwin.of(traced, plan), SEED);
    if (verification.wrong()) {
      throw new VerificationException(
          "the pruned model is off its masked twin by %s of its outputs' scale, above %s"
              .formatted(verification.maxRelative(), Verification.TOLERANCE));
    }
    long macsAfter = rules.macs(pruned.nodes(), Shapes.of(pruned));
    Cost before =
        new Cost(model.parameters(), traced.graph().macs(), Latency.milliseconds(model, nanoTime));
    Cost after = new Cost(pruned.parameters(), macsAfter, Latency.milliseconds(pruned, nanoTime));
    return new Result(pruned, plan, kept, verification, before, after);
  }
}
