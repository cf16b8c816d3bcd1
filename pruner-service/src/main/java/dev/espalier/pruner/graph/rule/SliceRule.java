package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Prepared;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Slice: every {@code steps}-th index from {@code starts} up to {@code ends} is a part of the axis.
 * With a step other than 1 or -1 the axis cannot be cut: what is left of it has no such pattern.
 */
final class SliceRule implements OperatorRule {
  /** What a node says of the axes that it slices; starts and ends may vary with a free axis. */
  private record Bounds(int[] axes, long[] starts, long[] ends, long[] steps) {}

  @Override
  public Set<String> operators() {
    return Set.of("Slice");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] out = axes.of(node.inputs().getFirst()).clone();
    Optional<Bounds> bounds = bounds(node, out.length, axes::ints);
    if (bounds.isEmpty()) {
      return Optional.of("its bounds are computed from what is fed");
    }
    Bounds said = bounds.get();
    for (int i = 0; i < said.axes.length; i++) {
      int[] in = out[said.axes[i]];
      boolean settled = said.starts[i] != Prepared.VARYING && said.ends[i] != Prepared.VARYING;
      if (settled && Math.abs(said.steps[i]) == 1) {
        out[said.axes[i]] = part(in, said, i, axes);
      } else {
        axes.fix(in);
        out[said.axes[i]] = axes.fixed(axes.shape(node.output())[said.axes[i]]);
      }
    }
    axes.put(node.output(), out);
    return Optional.empty();
  }

  private static int[] part(int[] in, Bounds said, int i, Axes axes) {
    int step = (int) said.steps[i];
    int start = start(said.starts[i], in.length, step);
    int end = end(said.ends[i], in.length, step);
    int[] part = new int[Math.max(0, (end - start) * step)];
    if (part.length == in.length && step == 1) {
      return in;
    }
    for (int p = 0; p < part.length; p++) {
      part[p] = in[start + p * step];
    }
    if (part.length < in.length) {
      axes.part(part);
    }
    return part;
  }

  private static int start(long start, int length, int step) {
    long from = start < 0 ? start + length : start;
    return (int) Math.clamp(from, 0, step > 0 ? length : length - 1);
  }

  private static int end(long end, int length, int step) {
    long from = end < 0 ? end + length : end;
    return (int) (step > 0 ? Math.clamp(from, 0, length) : Math.clamp(from, -1, length - 1));
  }

  private static Optional<Bounds> bounds(
      Node node, int rank, Function<String, Optional<long[]>> ints) {
    Optional<long[]> starts = Literals.of(node, "starts", 1, ints);
    Optional<long[]> ends = Literals.of(node, "ends", 2, ints);
    Optional<long[]> axes = Literals.settled(node, "axes", 3, ints);
    Optional<long[]> steps = node.input(4).flatMap(ints);
    if (starts.isEmpty()
        || ends.isEmpty()
        || axes.isEmpty() && Literals.given(node, "axes", 3)
        || steps.isEmpty() && node.input(4).isPresent()) {
      return Optional.empty();
    }
    int count = starts.get().length;
    return Optional.of(
        new Bounds(
            Axis.of(axes.orElseGet(() -> LongStream.range(0, count).toArray()), rank),
            starts.get(),
            ends.get(),
            steps.orElseGet(() -> LongStream.generate(() -> 1).limit(count).toArray())));
  }

  @Override
  public void mend(Node node, Mend mend) {
    String data = node.inputs().getFirst();
    long[] shape = mend.shape(data);
    Bounds said = bounds(node, shape.length, mend::ints).orElseThrow();
    long[] starts = said.starts.clone();
    long[] ends = said.ends.clone();
    boolean changed = false;
    for (int i = 0; i < said.axes.length; i++) {
      if (mend.cuts(data, said.axes[i])) {
        int length = (int) shape[said.axes[i]];
        int step = (int) said.steps[i];
        int[] kept = mend.kept(data, said.axes[i]);
        int start = start(said.starts[i], length, step);
        int end = end(said.ends[i], length, step);
        if (step > 0) {
          starts[i] = below(kept, start);
          ends[i] = below(kept, end);
        } else {
          starts[i] = below(kept, start + 1) - 1;
          long last = below(kept, end + 1) - 1;
          // -1 would mean the last index: what lies before the first is said from the end.
          ends[i] = last < 0 ? -kept.length - 1 : last;
        }
        changed = true;
      }
    }
    if (changed && node.attribute("starts").isPresent()) {
      mend.attribute("starts", starts);
      mend.attribute("ends", ends);
    } else if (changed) {
      mend.ints(1, starts);
      mend.ints(2, ends);
    }
  }

  /** How many of these are below an index. */
  private static long below(int[] kept, int index) {
    int count = 0;
    while (count < kept.length && kept[count] < index) {
      count++;
    }
    return count;
  }
}
