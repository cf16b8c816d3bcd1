package dev.espalier.pruner.bench;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.graph.rule.StandardRules;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruner.plan.WeightScore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a warm process takes from a model's file to the verified, smaller file and its reports,
 * half of the parameters removed; and how much of that is timing the two models.
 */
public final class WarmBenchmark {
  private static final int ROUNDS = 7;

  private WarmBenchmark() {}

  /**
   * @param args a folder with ONNX files, then names of networks in it
   */
  public static void main(String[] args) throws IOException {
    Path out = Files.createTempDirectory("warm");
    System.out.println("| network | ms from file to verified file | of that, timing both |");
    System.out.println("| --- | --- | --- |");
    for (String name : Arrays.asList(args).subList(1, args.length)) {
      Path file = Path.of(args[0], name + ".onnx");
      double[] timing = new double[1];
      double ms = Rounds.median(ROUNDS, () -> prune(file, out, timing));
      System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f |%n", name, ms, timing[0]);
    }
    for (String made : new String[] {"pruned.onnx", "report.html", "report.json"}) {
      Files.deleteIfExists(out.resolve(made));
    }
    Files.delete(out);
  }

  /** The clock of the timing, which remembers its first and last tick. */
  private static long tick(long[] read) {
    long now = System.nanoTime();
    read[0] = Math.min(read[0], now);
    read[1] = now;
    return now;
  }

  private static Object prune(Path file, Path out, double[] timing) {
    long[] read = {Long.MAX_VALUE, 0};
    Pruner pruner = new Pruner(StandardRules.ALL, () -> tick(read));
    Pruner.Order order =
        new Pruner.Order(new Target.Parameters(0.5), Allocations.global(), WeightScore.L2);
    try {
      OnnxModel model = OnnxModel.read(file);
      Traced traced = pruner.analyze(model);
      PruneFile.Task task =
          new PruneFile.Task(
              "warm",
              file.toString(),
              Files.size(file),
              OnnxModel.digest(file),
              order,
              new PruneFile.Names("global", "l2"),
              Optional.empty(),
              "pruned.onnx");
      Object report =
          new PruneFile(pruner, Clock.systemUTC(), "warm").prune(task, traced, out, stage -> {});
      timing[0] = (read[1] - read[0]) / 1e6;
      return report;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
