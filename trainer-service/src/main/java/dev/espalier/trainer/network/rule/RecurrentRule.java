package dev.espalier.trainer.network.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.espalier.onnx.Node;
import dev.espalier.trainer.network.Context;
import dev.espalier.trainer.network.Operation;
import dev.espalier.trainer.network.OperatorRule;
import dev.espalier.trainer.network.Pass;
import dev.espalier.trainer.network.ValueSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The recurrent operators, fused where the engine can, else unrolled over time: {@code X} [time,
 * batch, inputs], {@code W} [directions, gates * hidden, inputs], {@code R} [directions, gates *
 * hidden, hidden], {@code B} [directions, 2 * gates * hidden]; with {@code layout} 1 the batch axis
 * is the first of all but the weights. Outputs are {@code Y} [time, directions, batch, hidden] and
 * the state after the last step, {@code Y_h} (and {@code Y_c}) [directions, batch, hidden].
 *
 * <p>Where {@code sequence_lens} ends a sequence early, {@code Y} is 0 from there on and the state
 * stays as it is; the reverse direction then starts at the sequence's own end.
 *
 * <p>Weights, biases and peepholes are trained. Initial states are fixed: exporters write zeros
 * there, and a learnt one reaches this node through an operator that repeats it over the batch.
 */
abstract class RecurrentRule implements OperatorRule {
  private static final int LENGTHS = 4;
  private static final int HIDDEN = 5;
  private static final int CELL = 6;

  private final int gates;
  private final int mostInputs;
  private final int mostOutputs;
  private final List<String> activations;

  RecurrentRule(int gates, int mostInputs, int mostOutputs, List<String> activations) {
    this.gates = gates;
    this.mostInputs = mostInputs;
    this.mostOutputs = mostOutputs;
    this.activations = activations;
  }

  /** What a step hands to the next; {@code cell} is null but in an LSTM. */
  record State(NDArray hidden, NDArray cell) {}

  /** One direction's step. */
  @FunctionalInterface
  interface Step {
    /**
     * @param projected {@code x W' + Wb} of the step, [batch, gates * hidden]
     */
    State next(NDArray projected, State before);
  }

  /**
   * What one direction computes with; the weights are without their axis of directions.
   *
   * @param r transposed, [hidden, gates * hidden]
   * @param rb recurrent bias, [gates * hidden], or null
   * @param p peepholes, [3 * hidden], or null
   * @param functions the direction's activations
   * @param clip clips what goes into the activations
   */
  record Direction(
      int hidden,
      NDArray r,
      NDArray rb,
      NDArray p,
      List<UnaryOperator<NDArray>> functions,
      UnaryOperator<NDArray> clip) {}

  abstract Step step(Node node, Direction direction);

  @Override
  public Use use(Node node, int input) {
    return input >= LENGTHS && input <= CELL ? Use.FIXED : Use.TRAINED;
  }

  @Override
  public Operation bind(Node node, Context context) {
    Values.arity(node, 3, mostInputs, mostOutputs);
    String name = node.stringAttribute("direction", "forward");
    boolean[] backward =
        switch (name) {
          case "forward" -> new boolean[] {false};
          case "reverse" -> new boolean[] {true};
          case "bidirectional" -> new boolean[] {false, true};
          default -> throw Values.declined(node, "direction \"" + name + "\" is not known");
        };
    List<UnaryOperator<NDArray>> functions =
        RecurrentActivation.of(node, activations, backward.length);
    float bound = node.floatAttribute("clip", 0);
    UnaryOperator<NDArray> clip = bound > 0 ? x -> Values.clipped(x, -bound, bound) : x -> x;
    boolean batchFirst = node.intAttribute("layout", 0) != 0;
    if (FusedRecurrence.fits(node, activations)) {
      return (inputs, pass) -> fused(node, inputs, pass, backward.length, batchFirst);
    }
    return (inputs, pass) -> run(node, inputs, pass, backward, functions, clip, batchFirst);
  }

  private NDList fused(Node node, NDList inputs, Pass pass, int directions, boolean batchFirst) {
    NDArray x = batchFirst ? inputs.get(0).swapAxes(0, 1) : inputs.get(0);
    check(node, x, inputs.get(1), inputs.get(2), directions);
    long hidden = inputs.get(2).getShape().get(2);
    boolean cells = mostOutputs == 3;
    NDArray h = initial(inputs, HIDDEN, directions, batchFirst, x, hidden, pass);
    NDArray c = cells ? initial(inputs, CELL, directions, batchFirst, x, hidden, pass) : null;
    NDList made = FusedRecurrence.run(node, inputs, x, h, c);
    NDArray y =
        Values.reshaped(made.get(0), x.getShape().get(0), x.getShape().get(1), directions, hidden);
    return Nd.outputs(
        node,
        batchFirst ? y.swapAxes(0, 1) : y.swapAxes(1, 2),
        batchFirst ? made.get(1).swapAxes(0, 1) : made.get(1),
        cells ? batchFirst ? made.get(2).swapAxes(0, 1) : made.get(2) : null);
  }

  private NDList run(
      Node node,
      NDList inputs,
      Pass pass,
      boolean[] backward,
      List<UnaryOperator<NDArray>> functions,
      UnaryOperator<NDArray> clip,
      boolean batchFirst) {
    NDArray x = batchFirst ? inputs.get(0).swapAxes(0, 1) : inputs.get(0);
    check(node, x, inputs.get(1), inputs.get(2), backward.length);
    int hidden = Math.toIntExact(inputs.get(2).getShape().get(2));
    NDArray lengths = Values.input(inputs, LENGTHS);
    NDArray lasting = lengths == null ? null : lasting(lengths, x.getShape().get(0));
    List<NDArray> sequences = new ArrayList<>();
    List<NDArray> hiddens = new ArrayList<>();
    List<NDArray> cells = new ArrayList<>();
    int n = backward.length;
    NDArray h = initial(inputs, HIDDEN, n, batchFirst, x, hidden, pass);
    NDArray c = mostOutputs < 3 ? null : initial(inputs, CELL, n, batchFirst, x, hidden, pass);
    for (int d = 0; d < n; d++) {
      NDArray bias = Values.input(inputs, 3) == null ? null : inputs.get(3).get(d);
      int width = gates * hidden;
      NDArray peepholes = Values.input(inputs, 7) == null ? null : inputs.get(7).get(d);
      Direction direction =
          new Direction(
              hidden,
              inputs.get(2).get(d).transpose(),
              bias == null ? null : Nd.slice(bias, 0, width, 2 * width),
              peepholes,
              functions.subList(d * activations.size(), (d + 1) * activations.size()),
              clip);
      NDArray projected = x.matMul(inputs.get(1).get(d).transpose());
      if (bias != null) {
        projected = projected.add(Nd.slice(bias, 0, 0, width));
      }
      State start = new State(h.get(d), c == null ? null : c.get(d));
      NDArray[] outputs = new NDArray[Math.toIntExact(x.getShape().get(0))];
      State last = unroll(step(node, direction), projected, start, backward[d], lasting, outputs);
      sequences.add(Nd.stack(Arrays.asList(outputs), 0));
      hiddens.add(last.hidden());
      cells.add(last.cell());
    }
    NDArray y = Nd.stack(sequences, 1);
    return Nd.outputs(
        node,
        batchFirst ? y.transpose(2, 0, 1, 3) : y,
        Nd.stack(hiddens, batchFirst ? 1 : 0),
        mostOutputs < 3 ? null : Nd.stack(cells, batchFirst ? 1 : 0));
  }

  private void check(Node node, NDArray x, NDArray w, NDArray r, int directions) {
    Shape ws = w.getShape();
    Shape rs = r.getShape();
    if (Values.rank(x) != 3
        || ws.dimension() != 3
        || rs.dimension() != 3
        || ws.get(0) != directions
        || rs.get(0) != directions
        || ws.get(1) != rs.get(1)
        || rs.get(1) != gates * rs.get(2)
        || ws.get(2) != x.getShape().get(2)) {
      throw Values.declined(
          node, "X " + x.getShape() + ", W " + ws + " and R " + rs + " do not fit together");
    }
    ValueSizes.limit(node, x.getShape().get(0), x.getShape().get(1), directions * ws.get(1));
  }

  /** [directions, batch, hidden], zeros where none is given. */
  private static NDArray initial(
      NDList inputs,
      int position,
      int directions,
      boolean batchFirst,
      NDArray x,
      long hidden,
      Pass pass) {
    NDArray given = Values.input(inputs, position);
    if (given == null) {
      Shape shape = new Shape(directions, x.getShape().get(1), hidden);
      return pass.manager().zeros(shape, x.getDataType());
    }
    return batchFirst ? given.swapAxes(0, 1) : given;
  }

  /** [time, batch, 1]: whether the batch's sequence is that long. */
  private static NDArray lasting(NDArray lengths, long time) {
    long[] ends = Values.longs(lengths);
    boolean[] lasting = new boolean[Math.toIntExact(time * ends.length)];
    for (int i = 0; i < lasting.length; i++) {
      lasting[i] = i / ends.length < ends[i % ends.length];
    }
    return lengths.getManager().create(lasting, new Shape(time, ends.length, 1));
  }

  private static State unroll(
      Step step,
      NDArray projected,
      State start,
      boolean backward,
      NDArray lasting,
      NDArray[] outputs) {
    State state = start;
    for (int i = 0; i < outputs.length; i++) {
      int t = backward ? outputs.length - 1 - i : i;
      State next = step.next(projected.get(t), state);
      if (lasting == null) {
        outputs[t] = next.hidden();
        state = next;
        continue;
      }
      NDArray on = lasting.get(t);
      outputs[t] = Nd.where(on, next.hidden(), next.hidden().zerosLike());
      state =
          new State(
              Nd.where(on, next.hidden(), state.hidden()),
              next.cell() == null ? null : Nd.where(on, next.cell(), state.cell()));
    }
    return state;
  }
}
