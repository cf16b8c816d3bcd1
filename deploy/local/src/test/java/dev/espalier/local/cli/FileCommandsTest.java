package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that work on a file in their own process. */
class FileCommandsTest {
  private static final int INPUTS = 6;
  private static final int HIDDEN = 32;
  private static final int OUTPUTS = 3;
  private static final int SAMPLES = 8;

  @TempDir private Path folder;
  private Path model;

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void writesAModel() throws IOException {
    model = folder.resolve("net.onnx");
    SplittableRandom random = new SplittableRandom(3);
    new OnnxBuilder("net")
        .input("x", -1, INPUTS)
        .initializer("a.weight", new int[] {INPUTS, HIDDEN}, floats(INPUTS * HIDDEN, random))
        .initializer("b.weight", new int[] {HIDDEN, OUTPUTS}, floats(HIDDEN * OUTPUTS, random))
        .node("MatMul", "/a", List.of("x", "a.weight"), "h")
        .node("Relu", "/relu", List.of("h"), "r")
        .node("MatMul", "/b", List.of("r", "b.weight"), "y")
        .output("y", -1, OUTPUTS)
        .build()
        .write(model);
  }

  @Test
  void pruneLeavesAProvenModelAndItsReports() throws IOException {
    Path out = folder.resolve("small");

    Result result = run("prune", model, "--ratio", "0.5", "--out", out, "--json");

    assertEquals(ExitCode.OK, result.exit, result.err);
    JsonNode json = new ObjectMapper().readTree(result.out);
    OnnxModel pruned = OnnxModel.read(out.resolve("pruned.onnx"));
    assertEquals(pruned.parameters(), json.get("parameters_after").asLong());
    assertEquals(HIDDEN / 2 * (INPUTS + OUTPUTS), pruned.parameters());
    assertTrue(json.get("max_relative").asDouble() < 1e-4);
    assertTrue(Files.readString(out.resolve("report.html")).contains("a.weight"));
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertEquals(
        OnnxModel.digest(model), report.get("provenance").get("model_digest").asText(), "digest");
  }

  @Test
  void aToleranceWalksACurveOnCalibrationData() throws IOException {
    Path out = folder.resolve("small");

    Result result =
        run("prune", model, "--tolerance", "0.5", "--calibration", samples(), "--out", out);

    assertEquals(ExitCode.OK, result.exit, result.err);
    assertTrue(result.out.contains("tried: share"), result.out);
    assertTrue(OnnxModel.read(out.resolve("pruned.onnx")).parameters() < HIDDEN * 9);
  }

  @Test
  void graphPrintsAndDrawsTheGroups() throws IOException {
    String table = run("graph", model).out;
    assertTrue(table.contains("a.weight[1]") && table.contains("b.weight[0]"), table);

    assertTrue(run("graph", model, "--dot").out.startsWith("graph"), "a drawing");

    JsonNode graph = new ObjectMapper().readTree(run("graph", model, "--json").out);
    assertEquals(1, graph.get("groups").size());
    assertEquals(HIDDEN, graph.get("groups").get(0).get("units").asInt());
  }

  @Test
  void sensitivityMeasuresEachGroup() throws IOException {
    Path out = folder.resolve("sensitivity");

    Result result =
        run("sensitivity", model, "--calibration", samples(), "--shares", "0.25,0.5", "--out", out);

    assertEquals(ExitCode.OK, result.exit, result.err);
    assertTrue(result.out.contains("50 % gone"), result.out);
    JsonNode report = new ObjectMapper().readTree(out.resolve("sensitivity.json").toFile());
    assertEquals(2, report.get("groups").get(0).get("points").size());
    assertTrue(Files.exists(out.resolve("sensitivity.html")));
  }

  @Test
  void whatIsWrongIsNamedAndNothingIsWritten() throws IOException {
    Path out = folder.resolve("none");
    Path text = Files.writeString(folder.resolve("text.onnx"), "no model");

    expect("not an ONNX model", "prune", text, "--out", out);
    expect("there is no such file", "prune", folder.resolve("missing.onnx"), "--out", out);
    expect("above 0 and below 1", "prune", model, "--ratio", "1.5", "--out", out);
    expect("calibration", "prune", model, "--tolerance", "0.1", "--out", out);
    expect("no recorded gradients", "prune", model, "--score", "fisher", "--out", out);
    expect("no group", "prune", model, "--protect", "nothing.*", "--out", out);
    expect("--input-shape x=\"1xtwo\"", "graph", model, "--input-shape", "x=1xtwo");
    expect("has 3 axes", "graph", model, "--input-shape", "x=1x2x3");

    assertFalse(Files.exists(out.resolve("pruned.onnx")));
  }

  private void expect(String message, Object... words) {
    Result result = run(words);
    assertEquals(ExitCode.USAGE, result.exit, result.err);
    assertTrue(result.err.contains(message), result.err);
  }

  private static Result run(Object... words) {
    String[] args = new String[words.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = words[i].toString();
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream warned = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(warned, true, StandardCharsets.UTF_8));
      int exit = Espalier.commandLine(args).execute(args);
      return new Result(
          exit, said.toString(StandardCharsets.UTF_8), warned.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** A folder with samples as an .npy file of version 1.0. */
  private Path samples() throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(SAMPLES, INPUTS);
    String padded = header + " ".repeat(64 - (header.length() + 11) % 64) + "\n";
    float[] values = floats(SAMPLES * INPUTS, new SplittableRandom(4));
    ByteBuffer file =
        ByteBuffer.allocate(10 + padded.length() + 4 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
            .putShort((short) padded.length())
            .put(padded.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      file.putFloat(value);
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.write(data.resolve("x.npy"), file.array());
    return data;
  }

  private static float[] floats(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
