package dev.espalier.trainer.network.rule;

import static dev.espalier.trainer.network.rule.Values.pt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.recurrent.RNN;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.espalier.onnx.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * The recurrent operators as the engine has them, several times faster than step by step: forward
 * or both directions, with the usual activations, without clipping, peepholes and lengths. The
 * engine's GRU is that of {@code linear_before_reset}.
 */
final class FusedRecurrence {
  /** ONNX' gates in the engine's order, which is i, f, c, o and r, z, h. */
  private static final int[] LSTM_GATES = {0, 2, 3, 1};

  private static final int[] GRU_GATES = {1, 0, 2};
  private static final int LENGTHS = 4;
  private static final int PEEPHOLES = 7;

  private FusedRecurrence() {}

  /**
   * Whether a node asks for nothing more than the engine has.
   *
   * @param usual the activations of one direction where a node names none
   */
  static boolean fits(Node node, List<String> usual) {
    boolean named = node.attribute("activations").stream().anyMatch(a -> !usual(a, usual));
    return !named
        && !node.stringAttribute("direction", "forward").equals("reverse")
        && node.floatAttribute("clip", 0) <= 0
        && node.intAttribute("input_forget", 0) == 0
        && node.input(LENGTHS).isEmpty()
        && node.input(PEEPHOLES).isEmpty()
        && (!node.operator().equals("GRU") || node.intAttribute("linear_before_reset", 0) != 0);
  }

  private static boolean usual(AttributeProto activations, List<String> usual) {
    for (int i = 0; i < activations.getStringsCount(); i++) {
      String name = activations.getStrings(i).toStringUtf8();
      if (!name.equalsIgnoreCase(usual.get(i % usual.size()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param x [time, batch, inputs]
   * @param hidden the state before the first step, [directions, batch, hidden]
   * @param cell the same of an LSTM, else null
   * @return Y [time, batch, directions * hidden], Y_h and, of an LSTM, Y_c
   */
  static NDList run(Node node, NDList inputs, NDArray x, NDArray hidden, NDArray cell) {
    boolean bias = Values.input(inputs, 3) != null;
    int directions = Math.toIntExact(inputs.get(1).getShape().get(0));
    NDList weights = new NDList();
    for (int d = 0; d < directions; d++) {
      weights.add(ordered(node, inputs.get(1).get(d)));
      weights.add(ordered(node, inputs.get(2).get(d)));
      if (bias) {
        NDArray both = inputs.get(3).get(d);
        long half = both.size() / 2;
        weights.add(ordered(node, Nd.slice(both, 0, 0, half)));
        weights.add(ordered(node, Nd.slice(both, 0, half, 2 * half)));
      }
    }
    boolean two = directions == 2;
    return switch (node.operator()) {
      case "LSTM" ->
          JniUtils.lstm(pt(x), new NDList(hidden, cell), weights, bias, 1, 0, false, two, false);
      case "GRU" -> JniUtils.gru(pt(x), pt(hidden), weights, bias, 1, 0, false, two, false);
      default ->
          JniUtils.rnn(
              pt(x), pt(hidden), weights, bias, 1, RNN.Activation.TANH, 0, false, two, false);
    };
  }

  private static NDArray ordered(Node node, NDArray gates) {
    if (node.operator().equals("RNN")) {
      return gates;
    }
    int[] order = node.operator().equals("LSTM") ? LSTM_GATES : GRU_GATES;
    long width = gates.getShape().get(0) / order.length;
    List<NDArray> parts = new ArrayList<>();
    for (int gate : order) {
      parts.add(Nd.slice(gates, 0, gate * width, (gate + 1) * width));
    }
    return Nd.concat(parts, 0);
  }
}
