package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.experiment.Experiment;
import dev.espalier.experiment.Experiments;
import dev.espalier.experiment.loop.Benches;
import dev.espalier.experiment.runner.CodeDigest;
import dev.espalier.experiment.runner.DataDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExperimentCommandTest {
  @TempDir private Path folder;

  private final CountingExperiment experiment = new CountingExperiment();

  private record Result(int exit, String out, String err) {}

  @Test
  void theListSaysWhatEachAsks() throws IOException {
    for (String[] words : new String[][] {{}, {"--list"}}) {
      Result list = run((Object[]) words);
      assertEquals(ExitCode.OK, list.exit, list.err);
      assertTrue(list.out.contains("counting") && list.out.contains("How many cells"), list.out);
    }
    JsonNode json = new ObjectMapper().readTree(run("--list", "--json").out);
    assertEquals("counting", json.get("experiment").asText());
    assertEquals(2, json.get("seeds").asInt());
  }

  @Test
  void aRunLeavesItsReportAndItsVerdictsInATable() throws IOException {
    Result result = run("counting", "--out", out());

    assertEquals(ExitCode.OK, result.exit, result.err);
    List<String> table = result.out.lines().filter(line -> line.contains("|")).toList();
    assertEquals(1, table.stream().map(line -> line.lastIndexOf('|')).distinct().count());
    assertTrue(table.stream().anyMatch(line -> line.contains("not confirmed")), result.out);
    assertTrue(result.out.contains(out().toString()), result.out);
    assertTrue(result.err.contains("2 of 2 cells"), result.err);
  }

  @Test
  void whatIsKeptIsTakenAndSeedsAreAdded() throws IOException {
    run("counting", "--quick", "--out", out());
    assertEquals(1, experiment.worked());

    Result more = run("counting", "--quick", "--seeds", 3, "--out", out(), "--json");

    assertEquals(3, experiment.worked());
    JsonNode json = new ObjectMapper().readTree(more.out);
    assertEquals(3, json.get("seeds").asInt());
    assertEquals("confirmed", json.get("verdicts").get(0).get("outcome").asText());
    assertEquals("3 cells", json.get("verdicts").get(0).get("numbers").asText());
    assertEquals(out().resolve("result.json").toString(), json.get("result").asText());
  }

  @Test
  void anotherSetupIsRefusedUntilTheFolderIsFresh() throws IOException {
    run("counting", "--out", out());

    expect("quick is false, not true", "counting", "--quick", "--out", out());
    assertEquals(2, experiment.worked());

    assertEquals(ExitCode.OK, run("counting", "--quick", "--fresh", "--out", out()).exit);
    try (Stream<Path> cells = Files.list(out().resolve("cells"))) {
      assertEquals(1, cells.count());
    }
  }

  @Test
  void whatIsWrongIsNamedBeforeAnythingRuns() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("train-images-idx3-ubyte"), "no images");

    expect("choose from counting", "latent-sweeep", "--out", out());
    expect("--seeds = 0: choose from 1", "counting", "--seeds", 0, "--out", out());
    expect("there is no such folder", "counting", "--data", folder.resolve("x"), "--out", out());
    expect("no file NAME-images-idx3-ubyte", "counting", "--data", empty, "--out", out());
    expect("--data = \"" + broken, "counting", "--data", broken, "--out", out());
    Path large = images(folder.resolve("large"), 32);
    expect(
        "its images are 32 x 32; give images of 28", "counting", "--data", large, "--out", out());
    expect("--parallel = 0: choose from 1", "counting", "--parallel", 0, "--out", out());
    expect("--parallel = 9999: choose", "counting", "--parallel", 9999, "--out", out());
    experiment.playsItself();
    Path fit = images(folder.resolve("fit"), 28);
    expect("leave --data out", "counting", "--data", fit, "--out", out());
    assertEquals(0, experiment.worked());
    assertFalse(Files.exists(out()));
  }

  @Test
  void aCellThatFailsIsNamedWithWhatToDo() throws IOException {
    experiment.fail("seed=2");

    Result result = run("counting", "--seeds", 2, "--out", out());

    assertEquals(ExitCode.FAILED, result.exit);
    assertTrue(result.err.contains("cell seed=2 failed: no room"), result.err);
    assertTrue(result.err.contains("the same command goes on from there"), result.err);
    experiment.fail("none");
    assertEquals(ExitCode.OK, run("counting", "--seeds", 2, "--out", out()).exit);
  }

  private static Path images(Path folder, int side) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + 20 * side * side);
    images.putInt(0x803).putInt(20).putInt(side).putInt(side);
    Files.write(Files.createDirectories(folder).resolve("a-images-idx3-ubyte"), images.array());
    return folder;
  }

  @Test
  void dataAndCodeStandInTheResultAndTheCommandIsForAShell() throws IOException {
    Path data = images(folder.resolve("Anna's images"), 28);
    Result result = run("counting", "--data", data, "--parallel", 1, "--out", out());
    assertEquals(ExitCode.OK, result.exit, result.err);
    JsonNode json = new ObjectMapper().readTree(out().resolve("result.json").toFile());
    assertEquals(DataDigest.of(data), json.at("/setup/data_digest").asText());
    assertEquals(CodeDigest.here(), json.at("/provenance/code").asText());
    String command = json.at("/provenance/command").asText();
    assertTrue(command.endsWith("--data '" + folder + "/Anna'\\''s images'"), command);
  }

  @Test
  void cellsAtTheSameTimeNeedProcessorsAndMemory() {
    assertEquals(4, ExperimentOptions.atOnce(4, 64L << 30));
    assertEquals(2, ExperimentOptions.atOnce(4, 4L << 30));
    assertEquals(1, ExperimentOptions.atOnce(4, 1L << 30));
  }

  @Test
  void timeIsToldAsAPersonSaysIt() {
    assertEquals("", CellBar.left(OptionalDouble.empty()));
    assertEquals("about 119 s left", CellBar.left(OptionalDouble.of(119)));
    assertEquals("about 119 min left", CellBar.left(OptionalDouble.of(119 * 60)));
    assertEquals("about 2.5 h left", CellBar.left(OptionalDouble.of(9000)));
  }

  @Test
  void theRealOnesAreDocumentedAndTheirNamesDiffer() throws IOException {
    List<String> names = Experiments.all().stream().map(Experiment::name).toList();
    assertEquals(names.size(), Set.copyOf(names).size());
    String page = Files.readString(Path.of("../../docs/experiments.md"));
    names.forEach(name -> assertTrue(page.contains("\n| `" + name + "` | "), name));
  }

  private void expect(String message, Object... words) {
    Result result = run(words);
    assertEquals(ExitCode.USAGE, result.exit, result.err);
    assertTrue(result.err.contains(message), result.err);
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Result run(Object... words) {
    String[] args =
        Stream.concat(Stream.of("experiment"), Stream.of(words))
            .map(Object::toString)
            .toArray(String[]::new);
    CommandLine line = Espalier.commandLine("status");
    line.addSubcommand("experiment", new ExperimentCommand(List.of(experiment), Benches::new));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream warned = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(warned, true, StandardCharsets.UTF_8));
      int exit = line.execute(args);
      return new Result(
          exit, said.toString(StandardCharsets.UTF_8), warned.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
