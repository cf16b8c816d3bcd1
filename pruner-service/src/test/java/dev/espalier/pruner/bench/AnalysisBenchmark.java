package dev.espalier.pruner.bench;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.graph.rule.Tower;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long a warm analysis takes: of towers of more and more nodes, of towers of more and more
 * channels, and of the networks of a folder where one is given.
 */
public final class AnalysisBenchmark {
  private static final int ROUNDS = 7;

  private AnalysisBenchmark() {}

  /**
   * @param args a folder with ONNX files, or nothing
   */
  public static void main(String[] args) throws Exception {
    System.out.println("| network | nodes | parameters | groups | ms | us a node |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (int nodes : new int[] {1_000, 3_000, 10_000, 30_000, 100_000}) {
      measure("tower, width 16", Tower.of(nodes, 16).original());
    }
    for (int width : new int[] {16, 64, 256, 1024}) {
      measure("tower, width " + width, Tower.of(300, width).original());
    }
    if (args.length > 0) {
      for (Path file : files(Path.of(args[0]))) {
        measure(file.getFileName().toString(), OnnxModel.read(file));
      }
    }
  }

  private static List<Path> files(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  private static void measure(String name, OnnxModel model) {
    Traced traced = new Pruner().analyze(model);
    double ms = Rounds.median(ROUNDS, () -> new Pruner().analyze(model));
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d | %,d | %.1f | %.1f |%n",
        name,
        model.nodes().size(),
        model.parameters(),
        traced.graph().groups().size(),
        ms,
        1000 * ms / model.nodes().size());
  }
}
