package dev.espalier.experiment.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFolderTest {
  private static final SetupRecord RECORD =
      new SetupRecord("fake", false, "/mnist", "d1", "0.1.0", "abc");
  private static final CellResult RESULT =
      new CellResult(new Cell(Map.of("width", "1"), 1), 1, List.of(), List.of());

  @TempDir private Path temporary;

  @Test
  void anotherSetupIsRefusedWithWhatDiffers() throws IOException {
    open(RECORD, false).close();

    refused("experiment is fake, not sanity", record("sanity", false, "d1", "0.1.0", "abc"));
    refused("quick is false, not true", record("fake", true, "d1", "0.1.0", "abc"));
    refused("data is that of /mnist, not of /mnist", record("fake", false, "d2", "0.1.0", "abc"));
    refused("version is 0.1.0, not 0.2.0", record("fake", false, "d1", "0.2.0", "abc"));
    refused("commit is abc, not not known", record("fake", false, "d1", "0.1.0", ""));
    open(new SetupRecord("fake", false, "/elsewhere", "d1", "0.1.0", "abc"), false).close();
  }

  private void refused(String why, SetupRecord setup) {
    FolderException refusal = assertThrows(FolderException.class, () -> open(setup, false));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("--fresh"), refusal.getMessage());
  }

  @Test
  void freshDeletesWhatAnExperimentMadeAndNothingElse() throws IOException {
    try (ExperimentFolder folder = open(RECORD, false)) {
      folder.keep(RESULT);
    }
    Path folder = temporary.resolve("out");
    Files.writeString(folder.resolve("report.html"), "old");
    Files.createDirectories(folder.resolve("plots"));
    Files.writeString(folder.resolve("plots/loss.svg"), "old");
    Files.writeString(folder.resolve("cells/notes.txt"), "mine");
    Files.writeString(folder.resolve("thesis.tex"), "mine");
    Files.createDirectories(folder.resolve("work/run"));
    Path outside = Files.writeString(temporary.resolve("outside"), "mine");
    Files.createSymbolicLink(folder.resolve("work/run/link"), outside);

    try (ExperimentFolder fresh = open(record("fake", true, "d1", "0.1.0", "abc"), true)) {
      assertEquals(Optional.empty(), fresh.kept(RESULT.cell(), note -> {}));
    }

    assertFalse(Files.exists(folder.resolve("report.html")));
    assertFalse(Files.exists(folder.resolve("plots")));
    assertFalse(Files.exists(folder.resolve("work")));
    assertTrue(Files.exists(folder.resolve("cells/notes.txt")));
    assertTrue(Files.exists(folder.resolve("thesis.tex")));
    assertTrue(Files.exists(outside));
    open(record("fake", true, "d1", "0.1.0", "abc"), false).close();
  }

  @Test
  void aFolderOfSomethingElseIsLeftAlone() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("out"));
    Path thesis = Files.writeString(folder.resolve("report.html"), "mine");
    assertThrows(FolderException.class, () -> open(RECORD, false));
    assertThrows(FolderException.class, () -> open(RECORD, true));

    Path setup = Files.writeString(folder.resolve("setup.json"), "{\"port\": 80}");
    for (boolean fresh : new boolean[] {false, true}) {
      FolderException refusal = assertThrows(FolderException.class, () -> open(RECORD, fresh));
      assertTrue(refusal.getMessage().contains("not an experiment's"), refusal.getMessage());
    }
    assertEquals("mine", Files.readString(thesis));
    assertEquals("{\"port\": 80}", Files.readString(setup));
  }

  @Test
  void aSecondRunIsKeptOut() throws IOException {
    try (ExperimentFolder first = open(RECORD, false)) {
      FolderException refusal =
          assertThrows(FolderException.class, () -> open(RECORD, true), first.path().toString());
      assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
    }
    open(RECORD, false).close();
  }

  @Test
  void whatAKilledRunLeftBehindIsCleared() throws IOException {
    open(RECORD, false).close();
    Path folder = temporary.resolve("out");
    Path part = folder.resolve("cells/.width=1,seed=1.json.x.part");
    Files.createDirectories(part.getParent());
    Files.writeString(part, "{");
    Files.createDirectories(folder.resolve("work/run-1"));

    try (ExperimentFolder opened = open(RECORD, false)) {
      assertFalse(Files.exists(part));
      assertFalse(Files.exists(opened.work()));
    }
  }

  @Test
  void dataIsToldApartByWhatIsInIt() throws IOException {
    Path images = Files.writeString(temporary.resolve("train-images-idx3-ubyte"), "one");
    String one = DataDigest.of(temporary);
    Files.writeString(temporary.resolve("readme"), "does not matter");
    assertEquals(one, DataDigest.of(temporary));
    Files.writeString(images, "two");
    assertNotEquals(one, DataDigest.of(temporary));
  }

  private static SetupRecord record(
      String experiment, boolean quick, String digest, String version, String commit) {
    return new SetupRecord(experiment, quick, "/mnist", digest, version, commit);
  }

  private ExperimentFolder open(SetupRecord setup, boolean fresh) throws IOException {
    return ExperimentFolder.open(temporary.resolve("out"), setup, fresh);
  }
}
