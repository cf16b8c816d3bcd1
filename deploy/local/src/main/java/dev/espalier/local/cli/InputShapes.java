package dev.espalier.local.cli;

import dev.espalier.pruning.v1.InputShape;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The shapes of inputs whose open axes cannot be 1. */
final class InputShapes {
  @Option(
      names = "--input-shape",
      paramLabel = "NAME=SHAPE",
      description =
          "Shape of a graph input, such as tokens=1x128; for axes that the model leaves open and"
              + " that cannot have length 1.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  /**
   * @throws CommandFailure where one is no shape
   */
  Map<String, InputShape> messages() {
    Map<String, InputShape> messages = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> messages.put(name, message(name, shape)));
    return messages;
  }

  private static InputShape message(String name, String shape) {
    InputShape.Builder message = InputShape.newBuilder();
    for (String length : shape.split("[x,]", -1)) {
      try {
        message.addDims(Long.parseLong(length));
      } catch (NumberFormatException e) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--input-shape "
                + name
                + "=\""
                + shape
                + "\": give one length an axis with x between, such as 1x3x224x224");
      }
    }
    return message.build();
  }
}
