package dev.espalier.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run's log gives once more: by the same fold, and by a script that shares no code. */
class LogIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLD = SuiteUnderTest.PROJECT.resolve("docs/fold.py");
  private static final int EPOCHS = 2;
  private static final String[] TRAIN = {
    "train", "--json", "--epochs", "2", "--cut", "1:0.3",
    "--latent", "16", "--drawn-digits", "320", "--batch", "64"
  };

  @TempDir private Path home;

  @Test
  void aRunsLogGivesWhatWasPublished() throws Exception {
    Launcher launcher = new Launcher(home);
    Path log = home.resolve("log.jsonl");
    Path importance = home.resolve("importance.json");
    try {
      assertEquals(0, launcher.run("up").exit());
      String run = JSON.readTree(launcher.run(TRAIN).out().getLast()).get("run").asText();
      List<String> events = ok(launcher.run("log", run, "--json")).out();
      Files.write(log, events);
      assertTrue(JSON.readTree(events.getLast()).has("run_completed"), events.getLast());
      assertEquals(events.size(), ok(launcher.run("log", run)).out().size());

      JsonNode replay = JSON.readTree(ok(launcher.run("replay", run, "--json")).out().getLast());
      assertTrue(replay.get("equal").asBoolean(), replay.toString());
      assertEquals(events.size(), replay.get("events").asInt());
      assertEquals(EPOCHS + 3, replay.get("snapshots").asInt(), "one of them after the cut");
      assertEquals(1, replay.get("newest_snapshots").asInt());
      assertEquals(1, replay.get("rankings").asInt());

      Files.write(importance, ok(launcher.run("importance", run, "--json")).out());
      assertEquals(2, launcher.run("log", "no-such-run").exit());
    } finally {
      assertEquals(0, launcher.run("down").exit());
    }

    Optional<String> python = pythonWithNumpy();
    assumeTrue(python.isPresent(), "no python3 with numpy here: docs/fold.py is not checked");
    assertEquals(0, fold(python.get(), log, importance), "docs/fold.py --check");
    ObjectNode other = (ObjectNode) JSON.readTree(importance.toFile());
    ObjectNode group = (ObjectNode) other.get("groups").get(0);
    group.put("importance", group.get("importance").asDouble() * (1 + 1e-11));
    Files.writeString(importance, other.toString());
    assertEquals(1, fold(python.get(), log, importance), "docs/fold.py --check, one number off");
  }

  private static Launcher.Result ok(Launcher.Result result) {
    assertEquals(0, result.exit(), result.err());
    return result;
  }

  private static Optional<String> pythonWithNumpy() throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process numpy = new ProcessBuilder(python, "-c", "import numpy").start();
        if (numpy.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // There is no such program: the next one is tried.
        continue;
      }
    }
    return Optional.empty();
  }

  private static int fold(String python, Path log, Path importance)
      throws IOException, InterruptedException {
    return new ProcessBuilder(python, FOLD.toString(), "--check", importance.toString())
        .redirectInput(log.toFile())
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .waitFor();
  }
}
