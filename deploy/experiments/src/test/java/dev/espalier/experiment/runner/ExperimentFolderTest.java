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
      new SetupRecord("fake", false, "/mnist", "d1", "0.1.0", "c0de", "abc");
  private static final SetupRecord NO_DATA =
      new SetupRecord("fake", false, "", "", "0.1.0", "c0de", "abc");
  private static final CellResult RESULT =
      new CellResult(new Cell(Map.of("width", "1"), 1), 1, List.of(), List.of());

  @TempDir private Path temporary;

  @Test
  void anotherSetupIsRefusedWithWhatDiffers() throws IOException {
    open(RECORD, false).close();

    refused("experiment is fake, not sanity", record("sanity", false, "d1", "0.1.0", "c0de"));
    refused("quick is false, not true", record("fake", true, "d1", "0.1.0", "c0de"));
    refused("data is that of /mnist, not of /mnist", record("fake", false, "d2", "0.1.0", "c0de"));
    refused("version is 0.1.0, not 0.2.0", record("fake", false, "d1", "0.2.0", "c0de"));
    refused(
        "code is c0de (commit abc), not 0123456789ab (commit abc)",
        record("fake", false, "d1", "0.1.0", "0123456789abcdef"));
    open(new SetupRecord("fake", false, "/elsewhere", "d1", "0.1.0", "c0de", "other"), false)
        .close();
  }

  private void refused(String why, SetupRecord setup) {
    FolderException refusal = assertThrows(FolderException.class, () -> open(setup, false));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("--fresh"), refusal.getMessage());
  }

  @Test
  void freshDeletesWhatAnExperimentMadeAndNothingElse() throws IOException {
    try (ExperimentFolder folder = open(NO_DATA, false)) {
      folder.keep(RESULT);
    }
    Path folder = temporary.resolve("out");
    Files.writeString(folder.resolve("report.html"), "old");
    Files.createDirectories(folder.resolve("plots"));
    Files.writeString(folder.resolve("plots/loss.svg"), "old");
    Files.writeString(folder.resolve(".report"), "plots/loss.svg\nreport.html\n");
    Files.writeString(folder.resolve("measured.csv"), "mine");
    Files.createDirectories(folder.resolve("work"));
    Files.writeString(folder.resolve("work/mine"), "mine");
    Files.writeString(folder.resolve("cells/notes.txt"), "mine");
    Files.writeString(folder.resolve("thesis.tex"), "mine");
    Files.createDirectories(folder.resolve(".work/run"));
    Path outside = Files.writeString(temporary.resolve("outside"), "mine");
    Files.createSymbolicLink(folder.resolve(".work/run/link"), outside);

    try (ExperimentFolder fresh = open(record("fake", true, "d1", "0.1.0", "c0de"), true)) {
      assertEquals(Optional.empty(), fresh.kept(RESULT.cell(), note -> {}));
    }

    assertFalse(Files.exists(folder.resolve("report.html")));
    assertFalse(Files.exists(folder.resolve("plots")));
    assertFalse(Files.exists(folder.resolve(".work")));
    assertTrue(Files.exists(folder.resolve("cells/notes.txt")));
    assertTrue(Files.exists(folder.resolve("thesis.tex")));
    assertTrue(Files.exists(folder.resolve("measured.csv")));
    assertTrue(Files.exists(folder.resolve("work/mine")));
    assertTrue(Files.exists(outside));
    open(record("fake", true, "d1", "0.1.0", "c0de"), false).close();
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
    Files.createDirectories(folder.resolve(".work/run-1"));

    try (ExperimentFolder opened = open(RECORD, false)) {
      assertFalse(Files.exists(part));
      assertFalse(Files.exists(opened.work()));
    }
  }

  @Test
  void aLinkInThePlaceOfItsFoldersIsRefused() throws IOException {
    open(RECORD, false).close();
    Path outside = Files.createDirectories(temporary.resolve("outside"));
    Path result = Files.writeString(outside.resolve("width=1,seed=1.json"), "mine");
    Files.createSymbolicLink(temporary.resolve("out/cells"), outside);
    for (boolean fresh : new boolean[] {false, true}) {
      FolderException refusal = assertThrows(FolderException.class, () -> open(RECORD, fresh));
      assertTrue(refusal.getMessage().contains("cells is a link"), refusal.getMessage());
    }
    assertTrue(Files.exists(result));
  }

  @Test
  void aResultOfDataThatHasChangedMeanwhileIsNotKept() throws IOException {
    Path data = Files.createDirectories(temporary.resolve("data"));
    Path images = Files.writeString(data.resolve("train-images-idx3-ubyte"), "one");
    SetupRecord setup =
        new SetupRecord(
            "fake", false, data.toString(), DataDigest.of(data), "0.1.0", "c0de", "abc");
    try (ExperimentFolder folder = open(setup, false)) {
      folder.keep(RESULT);
      Files.writeString(images, "two");
      Cell second = new Cell(Map.of("width", "2"), 1);
      FolderException refusal =
          assertThrows(
              FolderException.class,
              () -> folder.keep(new CellResult(second, 1, List.of(), List.of())));
      assertTrue(refusal.getMessage().contains("have changed"), refusal.getMessage());
      assertEquals(Optional.empty(), folder.kept(second, note -> {}));
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
      String experiment, boolean quick, String digest, String version, String code) {
    return new SetupRecord(experiment, quick, "/mnist", digest, version, code, "abc");
  }

  private ExperimentFolder open(SetupRecord setup, boolean fresh) throws IOException {
    return ExperimentFolder.open(temporary.resolve("out"), setup, fresh);
  }
}
