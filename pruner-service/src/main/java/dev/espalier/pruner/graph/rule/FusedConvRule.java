package dev.espalier.pruner.graph.rule;

import dev.espalier.onnx.Node;
import dev.espalier.pruner.graph.Axes;
import dev.espalier.pruner.graph.Mend;
import dev.espalier.pruner.graph.OperatorRule;
import dev.espalier.pruner.graph.Twin;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ONNX Runtime's convolution, to which a fourth input is added before an activation. */
final class FusedConvRule implements OperatorRule {
  private static final int ADDED = 3;

  private final ConvRule conv = new ConvRule();

  @Override
  public Set<String> operators() {
    return Set.of("com.microsoft.FusedConv");
  }

  @Override
  public Optional<String> flow(Node node, Axes axes) {
    Optional<String> reason = conv.flow(node, axes);
    if (reason.isEmpty() && node.input(ADDED).isPresent()) {
      axes.broadcast(axes.of(node.output()), axes.of(node.inputs().get(ADDED)));
    }
    return reason;
  }

  @Override
  public void twin(Node node, Twin twin) {
    conv.twin(node, twin);
  }

  @Override
  public void mend(Node node, Mend mend) {
    conv.mend(node, mend);
  }

  @Override
  public long macs(Node node, Map<String, long[]> shapes) {
    return conv.macs(node, shapes);
  }
}
