package dev.espalier.local.cli;

import dev.espalier.graph.v1.Declined;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.OrderMessages;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "graph",
    mixinStandardHelpOptions = true,
    description = "Show what of a model must be cut together.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier graph net.onnx",
      "  ./espalier graph net.onnx --dot | dot -Tsvg > groups.svg"
    })
final class GraphCommand implements Callable<Integer> {
  private static final int NAMED = 4;

  @Parameters(paramLabel = "MODEL.onnx", description = "The model.")
  private Path model;

  @Option(names = "--dot", description = "Print the groups as a drawing for Graphviz.")
  private boolean dot;

  @Mixin private InputShapes inputShapes;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    ModelFile file = ModelFile.read(model);
    DependencyGraph graph =
        GraphMessages.of(
            new Pruner()
                .analyze(file.model(), OrderMessages.inputShapes(inputShapes.messages()))
                .graph(),
            "",
            file.digest(),
            file.name());
    console.line(dot ? GraphDot.of(graph) : table(graph));
    console.result(graph);
    return ExitCode.OK;
  }

  private static String table(DependencyGraph graph) {
    Table groups = new Table("group", "components", "#units", "#parameters", "tensor[axis]");
    for (Group group : graph.getGroupsList()) {
      groups.row(
          group.getId(),
          String.join(" + ", group.getComponentsList()),
          Table.count(group.getUnits()),
          Table.count(group.getParameters()),
          tensors(group));
    }
    Table declined = new Table("never cut", "operator", "because", "held back");
    for (Declined place : graph.getDeclinedList()) {
      declined.row(
          place.getNode(),
          place.getOperator(),
          place.getReason(),
          String.join(", ", place.getHeldBackList()));
    }
    return "%s parameters, %s MACs%n%n%s%n%n%s"
        .formatted(
            Table.count(graph.getParameters()), Table.count(graph.getMacs()), groups, declined);
  }

  private static String tensors(Group group) {
    String first =
        group.getSlicesList().stream()
            .limit(NAMED)
            .map(GraphCommand::name)
            .collect(Collectors.joining(", "));
    int more = group.getSlicesCount() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static String name(Slice slice) {
    return slice.getInitializer() + "[" + slice.getAxis() + "]";
  }
}
