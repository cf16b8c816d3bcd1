package dev.espalier.experiment.latent;

import dev.espalier.experiment.CellResult;
import dev.espalier.experiment.statistics.Interval;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The results by network, latent dimension and seed.
 *
 * @param results of all cells, seeds rising within a network and latent dimension
 */
record Sweep(List<CellResult> results) {
  /** With fewer seeds an interval over them says nothing. */
  static final int FEWEST_SEEDS = 3;

  Sweep {
    results =
        results.stream().sorted(Comparator.comparingLong(result -> result.cell().seed())).toList();
  }

  List<String> networks() {
    return results.stream()
        .map(r -> r.cell().get(LatentSweep.NETWORK))
        .distinct()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Latent dimensions, rising. */
  int[] latents() {
    return results.stream().mapToInt(Sweep::latent).distinct().sorted().toArray();
  }

  /** The same as numbers on an axis. */
  double[] axis() {
    return Arrays.stream(latents()).asDoubleStream().toArray();
  }

  int least() {
    return latents()[0];
  }

  int most() {
    return latents()[latents().length - 1];
  }

  private static int latent(CellResult result) {
    return Integer.parseInt(result.cell().get(LatentSweep.LATENT));
  }

  /** A cell a seed. */
  List<CellResult> cells(String network, int latent) {
    return results.stream()
        .filter(r -> r.cell().get(LatentSweep.NETWORK).equals(network) && latent(r) == latent)
        .toList();
  }

  /** A number of each seed. */
  double[] values(String network, int latent, ToDoubleFunction<CellResult> reading) {
    return cells(network, latent).stream().mapToDouble(reading).toArray();
  }

  /** The number over the seeds. */
  Interval interval(String network, int latent, ToDoubleFunction<CellResult> reading) {
    return Interval.of(values(network, latent, reading));
  }

  /** The numbers along the latent dimensions, one array a seed. */
  List<double[]> bySeed(String network, ToDoubleFunction<CellResult> reading) {
    int[] latents = latents();
    double[][] seeds = new double[cells(network, latents[0]).size()][latents.length];
    for (int l = 0; l < latents.length; l++) {
      double[] values = values(network, latents[l], reading);
      for (int s = 0; s < seeds.length; s++) {
        seeds[s][l] = values[s];
      }
    }
    return List.of(seeds);
  }
}
