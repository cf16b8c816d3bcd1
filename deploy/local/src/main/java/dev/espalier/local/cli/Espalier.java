package dev.espalier.local.cli;

import dev.espalier.experiment.runner.FolderException;
import dev.espalier.local.log.ReplayException;
import dev.espalier.local.suite.SuiteException;
import dev.espalier.onnx.OnnxException;
import dev.espalier.pruner.message.InvalidRequest;
import dev.espalier.pruner.plan.PlanException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line: {@code ./espalier COMMAND}. */
@Command(
    name = "espalier",
    mixinStandardHelpOptions = true,
    version = "espalier " + Espalier.VERSION,
    description = "Makes neural networks smaller from what their gradients say while they train.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./espalier demo --data DIR       train, weigh, prune, verify, all on this machine",
      "  ./espalier up                    start the broker and the three services",
      "  ./espalier train --epochs 10     train an autoencoder, weighing its groups",
      "  ./espalier prune RUN --ratio 0.5 cut half its parameters away",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 suite not up, 130 interrupted."
    })
public final class Espalier {
  static final String VERSION = "0.1.0";

  private Espalier() {}

  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("up", UpCommand::new);
    commands.put("down", DownCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("train", TrainCommand::new);
    commands.put("runs", RunsCommand::new);
    commands.put("watch", WatchCommand::new);
    commands.put("stop", StopCommand::new);
    commands.put("resume", ResumeCommand::new);
    commands.put("rerun", RerunCommand::new);
    commands.put("evaluate", EvaluateCommand::new);
    commands.put("importance", ImportanceCommand::new);
    commands.put("log", LogCommand::new);
    commands.put("replay", ReplayCommand::new);
    commands.put("delete", DeleteCommand::new);
    commands.put("prune", PruneCommand::new);
    commands.put("graph", GraphCommand::new);
    commands.put("sensitivity", SensitivityCommand::new);
    commands.put("experiment", ExperimentCommand::new);
    return commands;
  }

  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /** With the command that is asked for alone, where it is known: to read all takes a while. */
  static CommandLine commandLine(String... args) {
    Map<String, Supplier<Object>> commands = commands();
    if (args.length > 0 && commands.containsKey(args[0])) {
      commands.keySet().retainAll(Set.of(args[0]));
    }
    CommandLine line = new CommandLine(new Espalier());
    commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(Espalier::handle);
  }

  private static int handle(Exception e, CommandLine command, ParseResult result) throws Exception {
    boolean json = command.getParseResult().hasMatchedOption("--json");
    Console console = new Console(json, false);
    return switch (e) {
      case StatusRuntimeException status -> {
        console.error(describe(status));
        yield exitCode(status.getStatus().getCode());
      }
      case SuiteException suite -> {
        console.error(suite.getMessage());
        yield ExitCode.NOT_UP;
      }
      case CommandFailure failure -> {
        console.error(failure.getMessage());
        yield failure.exitCode();
      }
      case ReplayException replay -> usage(console, replay);
      case FolderException folder -> usage(console, folder);
      case OnnxException model -> usage(console, model);
      case PlanException plan -> usage(console, plan);
      case InvalidRequest request -> usage(console, request);
      case UncheckedIOException io -> {
        console.error(io.getCause().toString());
        yield ExitCode.FAILED;
      }
      default -> throw e;
    };
  }

  private static int usage(Console console, RuntimeException wrongInput) {
    console.error(wrongInput.getMessage());
    return ExitCode.USAGE;
  }

  private static String describe(StatusRuntimeException e) {
    Status status = e.getStatus();
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      return "the service that is up does not know this call, it is of another version;"
          + " take it down with ./espalier down and try again";
    }
    return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
  }

  private static int exitCode(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS -> ExitCode.USAGE;
      case UNAVAILABLE -> ExitCode.NOT_UP;
      default -> ExitCode.FAILED;
    };
  }
}
