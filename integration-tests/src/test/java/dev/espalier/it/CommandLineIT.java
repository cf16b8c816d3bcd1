package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher from outside: what it prints, leaves and ends with. */
class CommandLineIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] SMALL = {
    "--latent", "16", "--drawn-digits", "640", "--batch", "64"
  };

  @TempDir private Path home;

  @Test
  void theDemoLeavesASmallerModelItsProofAndNoProcess() throws Exception {
    Launcher launcher = new Launcher(home);
    Path out = home.resolve("out");

    Launcher.Result demo =
        launcher.run(with(SMALL, "demo", "--json", "--epochs", "2", "--out", out.toString()));

    assertEquals(0, demo.exit(), demo.err());
    JsonNode result = JSON.readTree(demo.out().getLast());
    for (String file : List.of("model", "pruned", "report", "finetuned")) {
      assertTrue(Files.isRegularFile(Path.of(result.get(file).asText())), file);
    }
    long before = OnnxModel.read(out.resolve("model.onnx")).parameters();
    long after = OnnxModel.read(out.resolve("pruned.onnx")).parameters();
    assertEquals(before, result.get("parameters_before").asLong());
    assertEquals(after, result.get("parameters_after").asLong());
    assertTrue(after <= before / 2, after + " of " + before);
    assertTrue(result.get("max_relative").asDouble() < 1e-4, result.toString());
    assertTrue(result.get("macs_after").asLong() < result.get("macs_before").asLong());
    for (String loss : List.of("loss_before", "loss_after_cut", "loss_after_finetune")) {
      assertTrue(result.get(loss).asDouble() > 0, loss);
    }
    assertEquals(List.of(), launcher.processesLeft());
  }

  @Test
  void theSuiteStaysUpBetweenCommandsAndComesBackWhenKilled() throws Exception {
    Launcher launcher = new Launcher(home);
    try {
      assertEquals(0, launcher.run("up").exit());

      Launcher.Result train = launcher.run(with(SMALL, "train", "--json", "--epochs", "1"));
      String run = JSON.readTree(train.out().getLast()).get("run").asText();
      assertEquals(0, launcher.run("watch", run).exit());
      assertEquals(0, launcher.run("importance", run).exit());
      Path out = home.resolve("small");
      assertEquals(0, launcher.run("prune", run, "--ratio", "0.3", "--out", out.toString()).exit());
      Path again = home.resolve("smaller");
      Launcher.Result bare =
          launcher.run("prune", out.resolve("pruned.onnx").toString(), "--out", again.toString());
      assertEquals(0, bare.exit(), bare.err());

      Path text = home.resolve("text.onnx");
      Files.writeString(text, "not a model");
      Launcher.Result notOnnx = launcher.run("prune", text.toString(), "--json");
      assertEquals(2, notOnnx.exit(), notOnnx.err());
      assertTrue(JSON.readTree(notOnnx.out().getLast()).get("error").asText().contains("ONNX"));

      Process demo =
          launcher.start(
              home.resolve("w.txt"), home.resolve("w-err.txt"), "demo", "--epochs", "99");
      awaitRunning(demo, home.resolve("w-err.txt"));
      interruptGroup(demo);
      assertTrue(demo.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, launcher.run("status").exit());

      long pid = process(launcher, "importance").get("pid").asLong();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
      assertEquals(3, launcher.run("status").exit());
      assertEquals(0, launcher.run("up").exit());
      assertTrue(process(launcher, "importance").get("ready").asBoolean());
      assertTrue(process(launcher, "importance").get("pid").asLong() != pid);
    } finally {
      assertEquals(0, launcher.run("down").exit());
    }
    assertEquals(List.of(), launcher.processesLeft());
  }

  @Test
  void aBareFileIsPrunedWithoutStartingAnything() throws Exception {
    Launcher launcher = new Launcher(home);
    Path net = home.resolve("net.onnx");
    new OnnxBuilder("net")
        .input("x", 1, 4)
        .initializer("a.weight", new int[] {4, 8}, new float[32])
        .initializer("b.weight", new int[] {8, 2}, new float[16])
        .node("MatMul", "/a", List.of("x", "a.weight"), "h")
        .node("MatMul", "/b", List.of("h", "b.weight"), "y")
        .output("y", 1, 2)
        .build()
        .write(net);

    Launcher.Result graph = launcher.run("graph", net.toString(), "--json");
    assertEquals(0, graph.exit(), graph.err());
    assertEquals(8, JSON.readTree(graph.out().getLast()).get("groups").get(0).get("units").asInt());
    Launcher.Result prune = launcher.run("prune", net.toString(), "--out", home.toString());

    assertEquals(0, prune.exit(), prune.err());
    assertEquals("", prune.err());
    assertEquals(24, OnnxModel.read(home.resolve("pruned.onnx")).parameters());
    assertFalse(Files.exists(home.resolve("suite.json")));
    assertEquals(List.of(), launcher.processesLeft());
  }

  @Test
  void anInterruptedDemoTakesEverythingDown() throws Exception {
    Launcher launcher = new Launcher(home);
    Path err = home.resolve("err.txt");
    Process demo = launcher.start(home.resolve("out.txt"), err, "demo", "--epochs", "1000");
    awaitRunning(demo, err);

    interruptGroup(demo);

    assertTrue(demo.waitFor(60, TimeUnit.SECONDS));
    assertEquals(130, demo.exitValue());
    assertEquals(List.of(), launcher.processesLeft());
  }

  private static void awaitRunning(Process command, Path err) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.readString(err).contains("epoch 1/")) {
      assertTrue(System.nanoTime() < deadline, Files.readString(err));
      assertFalse(command.waitFor(200, TimeUnit.MILLISECONDS), Files.readString(err));
    }
  }

  /** Ctrl-C in a terminal reaches the whole process group. */
  private static void interruptGroup(Process command) throws Exception {
    new ProcessBuilder("kill", "-INT", "--", "-" + command.pid()).start().waitFor();
  }

  private static JsonNode process(Launcher launcher, String name)
      throws IOException, InterruptedException {
    JsonNode status = JSON.readTree(launcher.run("status", "--json").out().getLast());
    for (JsonNode process : status.get("processes")) {
      if (process.get("name").asText().equals(name)) {
        return process;
      }
    }
    throw new AssertionError(status.toString());
  }

  private static String[] with(String[] tail, String... head) {
    List<String> all = new ArrayList<>(List.of(head));
    all.addAll(List.of(tail));
    return all.toArray(String[]::new);
  }
}
