package dev.espalier.pruner;

import dev.espalier.onnx.Node;
import dev.espalier.onnx.OnnxModel;
import java.util.Map;
import java.util.Optional;

/** Evaluates graphs of the supported operators on matrices, slowly and in double precision. */
public final class Interpreter {
  /** A matrix; vectors are rows, scalars 1 by 1. */
  public record Matrix(int rows, int columns, double[] data) {
    double at(int row, int column) {
      return data[(rows == 1 ? 0 : row) * columns + (columns == 1 ? 0 : column)];
    }

    Matrix transposed() {
      double[] result = new double[data.length];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          result[c * rows + r] = data[r * columns + c];
        }
      }
      return new Matrix(columns, rows, result);
    }
  }

  private Interpreter() {}

  /**
   * @param values graph inputs and initialisers; receives what the nodes make
   * @return the model's only output, or empty where shapes do not fit
   */
  public static Optional<Matrix> run(OnnxModel model, Map<String, Matrix> values) {
    for (Node node : model.nodes()) {
      Matrix result = evaluate(node, values);
      if (result == null) {
        return Optional.empty();
      }
      values.put(node.output(), result);
    }
    return Optional.of(values.get(model.outputs().getFirst().getName()));
  }

  private static Matrix evaluate(Node node, Map<String, Matrix> values) {
    Matrix a = values.get(node.inputs().getFirst());
    Matrix b = node.input(1).map(values::get).orElse(null);
    return switch (node.operator()) {
      case "Add" -> add(a, b, 1, 1);
      case "MatMul" -> multiply(a, b);
      case "Gemm" -> {
        Matrix product =
            multiply(
                node.intAttribute("transA", 0) == 0 ? a : a.transposed(),
                node.intAttribute("transB", 0) == 0 ? b : b.transposed());
        double alpha = node.floatAttribute("alpha", 1);
        double beta = node.floatAttribute("beta", 1);
        Matrix c = node.input(2).map(values::get).orElse(new Matrix(1, 1, new double[1]));
        Matrix sum = product == null ? null : add(product, c, alpha, beta);
        yield sum == null || sum.columns != product.columns ? null : sum;
      }
      default -> {
        double[] data = a.data.clone();
        for (int i = 0; i < data.length; i++) {
          data[i] = activation(node.operator(), data[i]);
        }
        yield new Matrix(a.rows, a.columns, data);
      }
    };
  }

  private static double activation(String operator, double x) {
    return switch (operator) {
      case "Relu" -> Math.max(0, x);
      case "Elu" -> x > 0 ? x : Math.expm1(x);
      case "Tanh" -> Math.tanh(x);
      case "Sigmoid" -> 1 / (1 + Math.exp(-x));
      case "Identity" -> x;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static Matrix multiply(Matrix a, Matrix b) {
    if (a.columns != b.rows) {
      return null;
    }
    double[] data = new double[a.rows * b.columns];
    for (int r = 0; r < a.rows; r++) {
      for (int c = 0; c < b.columns; c++) {
        double sum = 0;
        for (int k = 0; k < a.columns; k++) {
          sum += a.data[r * a.columns + k] * b.data[k * b.columns + c];
        }
        data[r * b.columns + c] = sum;
      }
    }
    return new Matrix(a.rows, b.columns, data);
  }

  private static Matrix add(Matrix a, Matrix b, double alpha, double beta) {
    boolean fits =
        (a.rows == b.rows || a.rows == 1 || b.rows == 1)
            && (a.columns == b.columns || a.columns == 1 || b.columns == 1);
    if (!fits) {
      return null;
    }
    int rows = Math.max(a.rows, b.rows);
    int columns = Math.max(a.columns, b.columns);
    double[] data = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        data[r * columns + c] = alpha * a.at(r, c) + beta * b.at(r, c);
      }
    }
    return new Matrix(rows, columns, data);
  }
}
