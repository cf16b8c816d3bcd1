package dev.espalier.trainer.tdmpc;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;

/** A world model in plain Java and double, one state at a time. */
final class PlainModel {
  private final OnnxModel model;

  PlainModel(OnnxModel model) {
    this.model = model;
  }

  double[] encode(double[] observation) {
    return perceptron("encoder", observation);
  }

  double[] next(double[] z, double action) {
    return perceptron("dynamics", both(z, action));
  }

  double head(String name, double[] z, double action) {
    return perceptron(name, both(z, action))[0];
  }

  double policy(double[] z) {
    return Math.tanh(unbounded(z));
  }

  /** What the policy is before its tanh. */
  double unbounded(double[] z) {
    return perceptron("policy", z)[0];
  }

  double leastValue(double[] z, double action) {
    return Math.min(head("q1", z, action), head("q2", z, action));
  }

  private static double[] both(double[] z, double action) {
    double[] both = java.util.Arrays.copyOf(z, z.length + 1);
    both[z.length] = action;
    return both;
  }

  private double[] perceptron(String component, double[] input) {
    double[] x = input;
    for (int layer = 0; model.initializers().containsKey(component + "." + layer + ".weight"); ) {
      Tensor weight = model.initializers().get(component + "." + layer + ".weight");
      float[] w = weight.floats();
      float[] bias = model.initializers().get(component + "." + layer + ".bias").floats();
      layer += 2;
      boolean last = !model.initializers().containsKey(component + "." + layer + ".weight");
      double[] y = new double[bias.length];
      for (int o = 0; o < y.length; o++) {
        y[o] = bias[o];
        for (int i = 0; i < x.length; i++) {
          y[o] += w[o * x.length + i] * x[i];
        }
        y[o] = last || y[o] > 0 ? y[o] : Math.expm1(y[o]);
      }
      x = y;
    }
    return x;
  }
}
