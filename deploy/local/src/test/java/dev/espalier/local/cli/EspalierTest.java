package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.PenaltyMode;
import dev.espalier.training.v1.StartRunRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EspalierTest {
  @TempDir private Path home;

  @Test
  void everyCommandHasHelpAndJsonAndIsFoundByItsName() {
    assertEquals(19, Espalier.commandLine().getSubcommands().size());
    for (String command : Espalier.commandLine().getSubcommands().keySet()) {
      CommandLine alone = Espalier.commandLine(command);
      assertEquals(Set.of(command), alone.getSubcommands().keySet());
      assertEquals(command, alone.getSubcommands().get(command).getCommandName());
      StringWriter help = new StringWriter();
      assertEquals(ExitCode.OK, alone.setOut(new PrintWriter(help)).execute(command, "--help"));
      assertTrue(help.toString().contains("Usage: espalier " + command), help.toString());
      assertTrue(help.toString().contains("--json"), help.toString());
    }
  }

  @Test
  void anUnknownCommandIsWrongUsage() {
    CommandLine line = Espalier.commandLine().setErr(new PrintWriter(new StringWriter()));
    assertEquals(ExitCode.USAGE, line.execute("prone"));
  }

  @Test
  void statusOfASuiteThatIsDownSaysSo() {
    assertEquals(
        ExitCode.NOT_UP, Espalier.commandLine().execute("status", "--home", home.toString()));
  }

  @Test
  void watchingWithoutASuiteSaysSo() {
    assertEquals(
        ExitCode.NOT_UP, Espalier.commandLine().execute("watch", "run", "--home", home.toString()));
  }

  @Test
  void aModelThatIsNotThereIsWrongInput() {
    assertEquals(
        ExitCode.USAGE,
        Espalier.commandLine().execute("prune", "none.onnx", "--home", home.toString()));
  }

  @Test
  void trainingOptionsBecomeTheRequest() {
    TrainOptions options = new TrainOptions();
    new CommandLine(options)
        .parseArgs(
            "--epochs",
            "7",
            "--latent",
            "9",
            "--batch",
            "32",
            "--seed",
            "5",
            "--penalty",
            "0.1",
            "--combination",
            "RANKS",
            "--data",
            "/digits");

    StartRunRequest request = options.request("autoencoder").build();

    assertEquals(7, request.getEpochs());
    assertEquals(9, request.getAutoencoder().getLatent());
    assertEquals(32, request.getBatchSize());
    assertEquals(5, request.getSeed());
    assertEquals("/digits", request.getData());
    assertEquals(0.1, request.getImportance().getPenaltyStrength());
    assertEquals(Combination.COMBINATION_RANKS, request.getImportance().getCombination());
  }

  @Test
  void noPenaltySwitchesItOff() {
    TrainOptions options = new TrainOptions();
    new CommandLine(options).parseArgs("--penalty", "0");
    assertEquals(
        PenaltyMode.PENALTY_MODE_OFF,
        options.request("autoencoder").build().getImportance().getPenaltyMode());
  }
}
