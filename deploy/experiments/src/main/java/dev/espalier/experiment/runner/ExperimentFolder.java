package dev.espalier.experiment.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.experiment.Cell;
import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.report.Written;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Where an experiment's results lie: {@code setup.json} says whose they are, {@code cells/KEY.json}
 * is the result of a cell, the report stands beside them. One process at a time has it. Whatever
 * moment the process is killed at, each file in it is whole.
 */
public final class ExperimentFolder implements AutoCloseable {
  private static final String SETUP = "setup.json";
  private static final String FAILURE = "failure.txt";
  private static final String LOCK = ".lock";
  private static final String CELLS = "cells";
  private static final String WORK = ".work";
  private static final List<String> FOLDERS = List.of(CELLS, WORK, "plots");
  private static final Pattern PART = Pattern.compile("\\..*\\.part");
  private static final Pattern CELL = Pattern.compile("\\..*\\.part|.*seed=-?\\d+\\.json");

  /** More than any cell writes. */
  private static final long LARGEST = 512L << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  /**
   * What setup.json says.
   *
   * @param started when the folder was taken
   */
  private record Claim(SetupRecord setup, String started) {
    private Claim {
      Instant.parse(started);
    }
  }

  private final Path folder;
  private final CellFiles files;
  private final FolderGuard guard;

  private final SetupRecord setup;

  private ExperimentFolder(Path folder, SetupRecord setup, CellFiles files, FolderGuard guard) {
    this.folder = folder;
    this.setup = setup;
    this.files = files;
    this.guard = guard;
  }

  /**
   * Takes a folder for a setup, and makes it where it is not there.
   *
   * @param folder for the results
   * @param setup whose results
   * @param fresh whether results that are there are deleted first; what is not from an experiment
   *     is left alone
   * @throws FolderException where it is in use, or holds something else
   * @throws IOException where the disk fails
   */
  public static ExperimentFolder open(Path folder, SetupRecord setup, boolean fresh)
      throws IOException {
    return open(folder, setup, fresh, new CellFiles());
  }

  static ExperimentFolder open(Path folder, SetupRecord setup, boolean fresh, CellFiles files)
      throws IOException {
    Path absolute = Files.createDirectories(folder.toAbsolutePath().normalize());
    boolean foreign = !Files.exists(absolute.resolve(SETUP)) && holdsSomething(absolute);
    if (foreign) {
      throw new FolderException(
          absolute + " holds files that are not an experiment's; name an empty or a new folder");
    }
    FolderGuard guard = FolderGuard.take(absolute.resolve(LOCK));
    try {
      ExperimentFolder opened = new ExperimentFolder(absolute, setup, files, guard);
      opened.claim(fresh);
      return opened;
    } catch (IOException | RuntimeException e) {
      guard.close();
      throw e;
    }
  }

  private static boolean holdsSomething(Path folder) throws IOException {
    return Deletion.list(folder).stream()
        .map(file -> file.getFileName().toString())
        .anyMatch(name -> !name.equals(LOCK) && !PART.matcher(name).matches());
  }

  private void claim(boolean fresh) throws IOException {
    for (String part : FOLDERS) {
      if (Files.isSymbolicLink(folder.resolve(part))) {
        throw new FolderException(
            folder.resolve(part) + " is a link; link the whole folder, or name another one");
      }
    }
    Path file = folder.resolve(SETUP);
    if (Files.exists(file)) {
      List<String> differences = read(file).setup().differences(setup);
      if (fresh) {
        clear();
      } else if (!differences.isEmpty()) {
        throw new FolderException(
            "%s holds results of another setup: %s; name another folder with --out, or delete them with --fresh"
                .formatted(folder, String.join(", ", differences)));
      }
    }
    if (!Files.exists(file)) {
      AtomicFile.write(file, JSON.writeValueAsBytes(new Claim(setup, Instant.now().toString())));
    }
    Deletion.tree(work());
    Deletion.files(folder.resolve(CELLS), PART);
    Files.deleteIfExists(folder.resolve(FAILURE));
  }

  private static Claim read(Path file) throws IOException {
    try {
      return JSON.readValue(file.toFile(), Claim.class);
    } catch (JacksonException e) {
      throw new FolderException(
          file + " is not an experiment's (" + e.getOriginalMessage() + "); name another folder");
    }
  }

  /** The setup goes last: until then a second try finds that the folder is an experiment's. */
  private void clear() throws IOException {
    Deletion.tree(work());
    Deletion.files(folder.resolve(CELLS), CELL);
    Deletion.empty(folder.resolve(CELLS));
    Deletion.files(folder.resolve("plots"), PART);
    Written.delete(folder);
    Files.deleteIfExists(folder.resolve(FAILURE));
    Deletion.files(folder, PART);
    Files.delete(folder.resolve(SETUP));
  }

  /** The folder, absolute. */
  public Path path() {
    return folder;
  }

  /** For what goes on while cells are at work; emptied when the folder is taken. */
  public Path work() {
    return folder.resolve(WORK);
  }

  /** When the folder was taken for its setup. */
  public Instant started() throws IOException {
    return Instant.parse(read(folder.resolve(SETUP)).started());
  }

  /**
   * What is kept of a cell.
   *
   * @param notes are told of a file that is there but of no use
   * @return empty where the cell is to be worked out
   */
  Optional<CellResult> kept(Cell cell, Consumer<String> notes) throws IOException {
    Path file = file(cell);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String wrong;
    if (Files.size(file) > LARGEST) {
      wrong = "is larger than any result";
    } else {
      try {
        CellResult result = files.read(file);
        if (result.cell().equals(cell)) {
          return Optional.of(result);
        }
        wrong = "is of cell " + result.cell().key();
      } catch (IOException e) {
        wrong = "cannot be read (" + e.getMessage() + ")";
      }
    }
    notes.accept(file + " " + wrong + "; its cell is worked out again");
    return Optional.empty();
  }

  /**
   * Keeps what came of a cell.
   *
   * @throws FolderException where the data has changed since the folder was taken
   */
  void keep(CellResult result) throws IOException {
    if (!setup.data().isEmpty()
        && !DataDigest.of(Path.of(setup.data())).equals(setup.dataDigest())) {
      throw new FolderException(
          "the images in %s have changed while it was at work, its result is not kept; put back what was there, or begin anew with --fresh"
              .formatted(setup.data()));
    }
    files.write(file(result.cell()), result);
  }

  /** Leaves the whole of a failure, for whoever looks into it, in failure.txt. */
  void explain(CellFailure failure) throws IOException {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    AtomicFile.write(folder.resolve(FAILURE), trace.toString().getBytes(UTF_8));
  }

  private Path file(Cell cell) {
    return folder.resolve(CELLS).resolve(cell.key() + ".json");
  }

  @Override
  public void close() throws IOException {
    try {
      Deletion.tree(work());
    } finally {
      guard.close();
    }
  }
}
