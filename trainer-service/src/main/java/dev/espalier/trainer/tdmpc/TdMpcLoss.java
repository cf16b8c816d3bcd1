package dev.espalier.trainer.tdmpc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.pendulum.Pendulum;

/**
 * What TD-MPC makes small (Hansen, Wang and Su 2022, equations 5 to 9): over a sequence rolled out
 * in the latent space, with step t weighed by {@code rho^t},
 *
 * <pre>
 * model  = 2 |z_next - target encoder's z|^2 + 0.5 (reward - r)^2 + 0.1 sum_i (q_i - td)^2
 * td     = r + discount * min over target q_i(z', policy(z')),  z' = encoder(next observation)
 * policy = - 0.1 min_i q_i(z, policy(z)) + 0.001 u^2, policy = tanh(u), z and the weights of q_i fixed
 * </pre>
 *
 * The value within td is held in the range that rewards leave possible, from the worst reward for
 * ever to 0: without that, a policy that finds where the values are wrong drives them up and away.
 * The term in u, which the paper has not, keeps a policy from resting where tanh is flat, from
 * where no gradient brings it back. The two parts share no parameter that takes a gradient, so that
 * their sum is one loss.
 */
final class TdMpcLoss {
  private static final double RHO = 0.5;
  private static final float CONSISTENCY = 2f;
  private static final float REWARD = 0.5f;
  private static final float VALUE = 0.1f;
  private static final float POLICY = 0.1f;
  private static final float SATURATION = 1e-3f;

  private final float discount;
  private final float worst;

  TdMpcLoss(double discount) {
    this.discount = (float) discount;
    worst =
        discount < 1
            ? (float) (-TdMpcGraph.REWARD_SCALE * Pendulum.MOST_COST / (1 - discount))
            : Float.NEGATIVE_INFINITY;
  }

  /**
   * What a batch is learned towards, in plain numbers.
   *
   * @param latents [horizon * sequences, width]: the target encoder's latents of the next
   *     observations
   * @param values [horizon * sequences, 1]: temporal-difference targets
   */
  record Targets(float[] latents, int width, float[] values) {}

  /**
   * @param model [1 number]: loss of encoder, dynamics, reward and values
   * @param latents [horizon * sequences, width]: the rolled out latent states, which take no
   *     gradient
   */
  record ModelLoss(NDArray model, NDArray latents) {}

  /** The whole loss, a scalar; records gradients from here on. */
  NDArray of(WorldModel model, WorldModel target, Replay.Batch batch) {
    Torch.recordGradients(false);
    Targets targets = targets(model, target, batch);
    Torch.recordGradients(true);
    ModelLoss loss = model(model, batch, targets);
    return loss.model().add(policy(model, batch, loss.latents()));
  }

  /** Both networks evaluate meanwhile. */
  Targets targets(WorldModel model, WorldModel target, Replay.Batch batch) {
    return model.evaluating(() -> target.evaluating(() -> evaluated(model, target, batch)));
  }

  private Targets evaluated(WorldModel model, WorldModel target, Replay.Batch batch) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray next = model.array(batch.observations(1, batch.horizon() + 1), 3);
      NDArray latents = target.encode(next);
      NDArray z = model.encode(next);
      NDList q = target.values(z, model.policy(z));
      NDArray rewards = model.array(batch.rewards(), 1);
      NDArray least = q.get(0).minimum(q.get(1)).minimum(Torch.number(rewards, 0));
      NDArray bounded = least.maximum(Torch.number(rewards, worst));
      NDArray values = rewards.add(scaled(bounded, discount));
      return new Targets(
          latents.toFloatArray(), (int) latents.getShape().get(1), values.toFloatArray());
    }
  }

  ModelLoss model(WorldModel model, Replay.Batch batch, Targets targets) {
    int rows = batch.sequences();
    NDArray actions = model.array(batch.actions(), 1);
    NDArray z = model.encode(model.array(batch.observations(0, 1), 3));
    NDList latents = new NDList();
    NDList nexts = new NDList();
    for (int t = 0; t < batch.horizon(); t++) {
      latents.add(z);
      z = model.next(z, actions.get(t * rows + ":" + (t + 1) * rows));
      nexts.add(z);
    }
    NDArray all = NDArrays.concat(latents);
    NDArray weights = weights(model, batch);
    NDArray towards = model.array(targets.latents(), targets.width());
    NDArray off = NDArrays.concat(nexts).sub(towards).square().mean(new int[] {1}, true);
    NDList heads = model.heads(all, actions);
    NDArray reward = heads.get(0).sub(model.array(batch.rewards(), 1)).square();
    NDArray td = model.array(targets.values(), 1);
    NDArray value = heads.get(1).sub(td).square().add(heads.get(2).sub(td).square());
    NDArray sum = scaled(off, CONSISTENCY).add(scaled(reward, REWARD)).add(scaled(value, VALUE));
    return new ModelLoss(sum.mul(weights).mean(), all.stopGradient());
  }

  NDArray policy(WorldModel model, Replay.Batch batch, NDArray latents) {
    NDList policy = model.policyAndUnbounded(latents);
    NDList q = model.frozenValues(latents, policy.get(0));
    NDArray gain = scaled(q.get(0).minimum(q.get(1)), POLICY);
    NDArray saturation = scaled(policy.get(1).square(), SATURATION);
    return saturation.sub(gain).mul(weights(model, batch)).mean();
  }

  private static NDArray scaled(NDArray array, double factor) {
    return array.mul(Torch.number(array, factor));
  }

  private static NDArray weights(WorldModel model, Replay.Batch batch) {
    float[] weights = new float[batch.horizon() * batch.sequences()];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = (float) Math.pow(RHO, row / batch.sequences());
    }
    return model.array(weights, 1);
  }
}
