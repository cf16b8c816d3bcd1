package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Prepared;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Shape and Size. An axis whose length is read cannot be cut: what is computed of it would change.
 * A length that does not vary has been written out wherever it was read, so that here only those
 * count that a node still takes from the shape itself.
 */
final class ShapeRule implements OperatorRule {
  @Override
  public Set<String> operators() {
    return Set.of("Shape", "Size");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    int[][] in = axes.of(node.inputs().getFirst());
    axes.put(node.output(), axes.fixed(axes.shape(node.output())));
    if (node.operator().equals("Size")) {
      Arrays.stream(in).forEach(axes::fix);
      return Optional.empty();
    }
    int start = bound(node.intAttribute("start", 0), in.length);
    int count = (int) axes.shape(node.output())[0];
    for (int entry = 0; entry < count; entry++) {
      if (isRead(node.output(), entry, count, axes)) {
        axes.fix(in[start + entry]);
      }
    }
    return Optional.empty();
  }

  private static int bound(long bound, int rank) {
    return (int) Math.clamp(bound < 0 ? bound + rank : bound, 0, rank);
  }

  private static boolean isRead(String shape, int entry, int count, Axes axes) {
    return axes.model().outputs().stream().anyMatch(output -> output.getName().equals(shape))
        || axes.model().consumers(shape).stream()
            .anyMatch(reader -> reads(reader, shape, entry, count, axes));
  }

  private static boolean reads(Node reader, String shape, int entry, int count, Axes axes) {
    return switch (reader.operator()) {
      case "Gather" ->
          axes.ints(reader.inputs().get(1)).stream()
                  .flatMapToLong(Arrays::stream)
                  .anyMatch(i -> Math.floorMod(i, count) == entry)
              || axes.ints(reader.inputs().get(1)).isEmpty();
      case "Slice" -> sliced(reader, count, axes).map(read -> read[entry]).orElse(true);
      // Preparation chooses what varies from what is computed, the rest from a literal.
      case "Where" ->
          !reader.inputs().get(1).equals(shape)
              || reader.inputs().get(2).equals(shape)
              || axes.ints(reader.output())
                  .map(values -> values.length != count || values[entry] == Prepared.VARYING)
                  .orElse(true);
      default -> true;
    };
  }

  private static Optional<boolean[]> sliced(Node reader, int count, Axes axes) {
    Optional<long[]> starts = Literals.settled(reader, "starts", 1, axes::ints);
    Optional<long[]> ends = Literals.settled(reader, "ends", 2, axes::ints);
    if (starts.isEmpty() || ends.isEmpty() || reader.input(4).isPresent()) {
      return Optional.empty();
    }
    boolean[] read = new boolean[count];
    IntStream.range(bound(starts.get()[0], count), bound(ends.get()[0], count))
        .forEach(i -> read[i] = true);
    return Optional.of(read);
  }
}
