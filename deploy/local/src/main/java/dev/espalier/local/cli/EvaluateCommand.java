package dev.espalier.local.cli;

import dev.espalier.local.suite.Member;
import dev.espalier.training.v1.EvaluateModelRequest;
import dev.espalier.training.v1.EvaluateModelResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Let agents of the inverted pendulum act from the same fixed start states and compare them:",
      "mean return of an episode, and how long planning a step takes."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./espalier evaluate agent/model.onnx small/pruned.onnx"})
final class EvaluateCommand implements Callable<Integer> {
  private static final int LONGEST_MINUTES = 60;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Models of agents.")
  private List<Path> models;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "100",
      description = "Start states to play, 1 to 100 (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Mixin private Options options;

  @Override
  public Integer call() {
    Console console = options.console();
    models.forEach(model -> Files.existing("FILE", model));
    try (Session session =
        Session.open(options, console, EnumSet.of(Member.BROKER, Member.TRAINER))) {
      Files files = new Files(session.suite().layout().models());
      Table table =
          new Table("model", "#parameters", "#mean return", "#worst", "#ms to plan a step");
      List<Map<String, Object>> results = new ArrayList<>();
      try (Bar bar = new Bar(console, "evaluate", models.size())) {
        for (Path model : models) {
          bar.to(results.size(), model.getFileName().toString());
          EvaluateModelResponse value =
              session
                  .services()
                  .training()
                  .withDeadlineAfter(LONGEST_MINUTES, TimeUnit.MINUTES)
                  .evaluateModel(
                      EvaluateModelRequest.newBuilder()
                          .setTask("pendulum")
                          .setModel(files.upload(model, ".onnx"))
                          .setStarts(starts)
                          .build());
          table.row(
              model,
              Table.count(value.getParameters()),
              decimal(value.getMeanReturn(), 1),
              decimal(Collections.min(value.getReturnsList()), 1),
              decimal(value.getPlanningMs(), 2));
          results.add(json(model, value));
        }
      }
      console.line(table.toString());
      console.result(Map.of("starts", starts, "models", results));
      return ExitCode.OK;
    }
  }

  private static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static Map<String, Object> json(Path model, EvaluateModelResponse value) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model.toString());
    result.put("parameters", value.getParameters());
    result.put("mean_return", value.getMeanReturn());
    result.put("planning_ms", value.getPlanningMs());
    result.put("returns", value.getReturnsList());
    return result;
  }
}
