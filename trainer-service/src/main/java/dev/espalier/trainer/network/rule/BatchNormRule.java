package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.dims;
import static dev.espalier.trainer.network.rule.Values.pt;
import static dev.espalier.trainer.network.rule.Values.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.Pass;
import java.util.Arrays;

/**
 * Normalises each channel (axis 1) and scales it. An evaluation takes the running statistics; a
 * training pass takes the batch's and moves the running ones, {@code running * momentum + batch *
 * (1 - momentum)}. The batch's variance is that of the population in both, as ONNX defines it
 * (PyTorch's running variance is the unbiased one, larger by n / (n - 1)).
 */
final class BatchNormRule implements OperatorRule {
  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 5, 5, 5);
    if (node.intAttribute("spatial", 1) == 0) {
      throw Values.declined(node, "spatial = 0 cannot be trained; convert the model");
    }
    float epsilon = node.floatAttribute("epsilon", 1e-5f);
    float momentum = node.floatAttribute("momentum", 0.9f);
    return (inputs, pass) ->
        pass.training() ? learning(inputs, epsilon, momentum, pass) : settled(inputs, epsilon);
  }

  @Override
  public Use use(Node node, int input) {
    return input < 3 ? Use.TRAINED : Use.STATISTICS;
  }

  private static NDList settled(NDList inputs, float epsilon) {
    NDArray mean = inputs.get(3);
    NDArray variance = inputs.get(4);
    NDArray y =
        JniUtils.batchNorm(
            pt(inputs.get(0)),
            pt(mean),
            pt(variance),
            pt(inputs.get(1)),
            pt(inputs.get(2)),
            false,
            0,
            epsilon);
    return new NDList(y, mean, variance, mean, variance);
  }

  private static NDList learning(NDList inputs, float epsilon, float momentum, Pass pass) {
    NDArray x = inputs.get(0);
    NDArray mean = inputs.get(3);
    NDArray variance = inputs.get(4);
    NDArray batchMean = mean.zerosLike();
    NDArray batchVariance = variance.zerosLike();
    NDArray y;
    long count = x.size() / dims(x)[1];
    if (count == 1) {
      batchMean = x.reshape(mean.getShape());
      y = x.sub(x).mul(channels(inputs.get(1), x)).add(channels(inputs.get(2), x));
    } else {
      y =
          JniUtils.batchNorm(
              pt(x),
              pt(batchMean),
              pt(batchVariance),
              pt(inputs.get(1)),
              pt(inputs.get(2)),
              true,
              1,
              epsilon);
      // With a momentum of 1 the engine writes the batch's own, the variance unbiased.
      batchVariance = batchVariance.mul(scalar(batchVariance, (count - 1.0) / count));
    }
    NDArray newMean = moved(mean, batchMean, momentum);
    NDArray newVariance = moved(variance, batchVariance, momentum);
    pass.statistics().update(mean, newMean);
    pass.statistics().update(variance, newVariance);
    return new NDList(y, newMean, newVariance, batchMean, batchVariance);
  }

  /** One value a channel, in such a shape that it broadcasts over a value. */
  private static NDArray channels(NDArray each, NDArray x) {
    long[] shape = new long[Values.rank(x)];
    Arrays.fill(shape, 1);
    shape[1] = each.size();
    return Values.reshaped(each, shape);
  }

  private static NDArray moved(NDArray running, NDArray batch, float momentum) {
    return running.mul(scalar(running, momentum)).add(batch.mul(scalar(batch, 1.0 - momentum)));
  }
}
