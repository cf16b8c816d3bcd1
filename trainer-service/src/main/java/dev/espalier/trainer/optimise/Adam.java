package dev.espalier.trainer.optimise;

import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba 2015) in PyTorch's form and float32 arithmetic:
 *
 * <pre>
 * m = m + (1 - beta1) (g - m)        v = beta2 v + (1 - beta2) g^2
 * theta = theta - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 */
public final class Adam {
  /** Most elements that {@link #update} takes at once. */
  public static final int MOST_AT_ONCE = 4096;

  private final AdamSettings settings;
  private final float[] moments1 = new float[MOST_AT_ONCE];
  private final float[] moments2 = new float[MOST_AT_ONCE];
  private final float[][] first;
  private final float[][] second;
  private long step;
  private float stepSize;
  private float rootCorrection;

  /**
   * @param settings step size and decays
   * @param sizes number of elements of each tensor
   */
  public Adam(AdamSettings settings, int[] sizes) {
    this.settings = settings;
    first = new float[sizes.length][];
    second = new float[sizes.length][];
    for (int t = 0; t < sizes.length; t++) {
      first[t] = new float[sizes[t]];
      second[t] = new float[sizes[t]];
    }
  }

  /**
   * An optimiser that goes on.
   *
   * @param step steps made, at least 0
   * @param first first moments by tensor; taken over, not copied
   * @param second second moments by tensor, of the same lengths; taken over, not copied
   */
  public Adam(AdamSettings settings, long step, float[][] first, float[][] second) {
    this.settings = settings;
    this.step = step;
    this.first = first.clone();
    this.second = second.clone();
  }

  /**
   * What stays of a tensor when a network is cut.
   *
   * @param tensor which tensor of the optimiser
   * @param dims length of each of its axes
   * @param axes by axis the indices that stay, rising; an axis that is not there stays whole
   */
  public record Kept(int tensor, int[] dims, Map<Integer, int[]> axes) {}

  /**
   * The optimiser of a network that was cut: steps made, and the moments of all that stays, bit for
   * bit.
   *
   * @param tensors for each tensor of the smaller network, in its order, where it comes from
   * @throws IllegalArgumentException where dims are not those of the tensor
   */
  public Adam cut(List<Kept> tensors) {
    float[][] first = new float[tensors.size()][];
    float[][] second = new float[tensors.size()][];
    for (int t = 0; t < first.length; t++) {
      Kept kept = tensors.get(t);
      CutTensor cut = new CutTensor(kept.dims, kept.axes);
      first[t] = cut.of(this.first[kept.tensor]);
      second[t] = cut.of(this.second[kept.tensor]);
    }
    return new Adam(settings, step, first, second);
  }

  /** First moment m of a tensor's elements. */
  public float[] first(int tensor) {
    return first[tensor];
  }

  /** Second moment v of a tensor's elements. */
  public float[] second(int tensor) {
    return second[tensor];
  }

  /** Steps made. */
  public long step() {
    return step;
  }

  /** Starts a step; every element is to be updated once before the next. */
  public void begin() {
    step++;
    stepSize = (float) (settings.learningRate() / (1 - Math.pow(settings.beta1(), step)));
    rootCorrection = (float) Math.sqrt(1 - Math.pow(settings.beta2(), step));
  }

  /**
   * Updates some elements of a tensor. The loops are one a result and start at index 0, a form that
   * the JVM turns into vector instructions.
   *
   * @param tensor which tensor
   * @param offset where in the tensor the first element stands
   * @param gradient the gradients, from index 0
   * @param value the elements, from index 0; changed in place
   * @param count how many, at most {@link #MOST_AT_ONCE}
   */
  public void update(int tensor, int offset, float[] gradient, float[] value, int count) {
    float[] m = moments1;
    float[] v = moments2;
    System.arraycopy(first[tensor], offset, m, 0, count);
    System.arraycopy(second[tensor], offset, v, 0, count);
    float keep = (float) settings.beta2();
    float blend1 = (float) (1 - settings.beta1());
    float blend2 = (float) (1 - settings.beta2());
    float epsilon = (float) settings.epsilon();
    for (int i = 0; i < count; i++) {
      m[i] += blend1 * (gradient[i] - m[i]);
    }
    for (int i = 0; i < count; i++) {
      v[i] = keep * v[i] + blend2 * gradient[i] * gradient[i];
    }
    for (int i = 0; i < count; i++) {
      value[i] -= stepSize * (m[i] / ((float) Math.sqrt(v[i]) / rootCorrection + epsilon));
    }
    System.arraycopy(m, 0, first[tensor], offset, count);
    System.arraycopy(v, 0, second[tensor], offset, count);
  }
}
