package dev.espalier.pruner.report;

import dev.espalier.pruner.report.Report.ApproximateAt;
import dev.espalier.pruner.report.Report.CurvePoint;
import dev.espalier.pruner.report.Report.DeclinedAt;
import dev.espalier.pruner.report.Report.GroupCut;
import dev.espalier.pruner.report.Report.TargetReached;
import dev.espalier.pruner.report.Report.TensorCut;
import dev.espalier.pruner.report.SensitivityReport.GroupSensitivity;
import dev.espalier.pruner.report.SensitivityReport.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Invented reports, of sizes and kinds that small networks do not give. */
public final class SampleReports {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private SampleReports() {}

  /** A report around groups and declined places. */
  public static Report of(
      TargetReached target, List<GroupCut> groups, List<DeclinedAt> declined, boolean exact) {
    return new Report(
        new Report.Size(1_100_112, 1_098_240, 4_402_317, 0.374),
        new Report.Size(546_816, 545_792, 2_189_011, 0.219),
        target,
        groups,
        kept(groups),
        new Report.Verified(
            exact ? 2.38e-7 : 0.031,
            exact ? 4.1e-7 : 0.0123,
            exact,
            exact ? "" : "LayerNormalization at /block/norm1 runs over removed units",
            exact
                ? List.of()
                : List.of(
                    new ApproximateAt(
                        "/block/norm1", "LayerNormalization", "normalises over removed units")),
            5),
        declined,
        new Report.Provenance(
            "p-20260102-030405-9f3a",
            "r-1",
            "world-model.onnx",
            "9b74c9897bac770ffc029102a200c5de5c1c1b1c1cf0bd7a9f3a7e9d5b1f0a11",
            "out/pruned.onnx",
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "importance",
            "l2",
            "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
            "0.1.0",
            "1.20.0",
            "21.0.5",
            TIME));
  }

  private static Map<String, Map<Integer, int[]>> kept(List<GroupCut> groups) {
    Map<String, Map<Integer, int[]>> kept = new LinkedHashMap<>();
    groups.forEach(g -> kept.put(g.tensors().getFirst().name(), Map.of(0, new int[] {0})));
    return kept;
  }

  /** A group of one or more components, with as many tensors as components and one more. */
  public static GroupCut group(
      String id, List<String> components, int units, int kept, Double importance) {
    List<TensorCut> tensors = new ArrayList<>();
    components.forEach(c -> tensors.add(new TensorCut(c + "." + id + ".weight", 0, kept, units)));
    tensors.add(new TensorCut(components.getLast() + ".next.weight", 1, 9 * kept, 9 * units));
    return new GroupCut(
        id,
        components.size() > 1 ? "coupling" : "component",
        components,
        units,
        kept,
        importance,
        550L * units,
        units == kept,
        tensors);
  }

  /** An encoder, its dynamics and three heads, coupled by the latent and by the hidden state. */
  public static Report worldModel(TargetReached target) {
    List<GroupCut> groups = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    int[] hidden = {512, 512, 256, 256, 512};
    List<String> components = List.of("encoder", "dynamics", "reward", "pi", "q");
    for (int c = 0; c < components.size(); c++) {
      for (int layer = 0; layer < 2 + c % 3; layer++) {
        int kept = hidden[c] - random.nextInt(hidden[c] / 2);
        groups.add(
            group(
                components.get(c) + "." + 2 * layer + ".weight",
                List.of(components.get(c)),
                hidden[c],
                kept,
                0.4 * random.nextDouble()));
      }
    }
    groups.add(2, group("encoder.latent", components, 64, 50, 0.43));
    groups.add(group("dynamics.state", List.of("dynamics", "reward", "q"), 128, 97, 0.21));
    groups.add(group("pi.action", List.of("pi", "q"), 32, 32, 0.08));
    return of(target, groups, declined(9), true);
  }

  /** Groups of one component, as in a plain convolutional network. */
  public static Report plain(int count, TargetReached target) {
    List<GroupCut> groups = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    for (int g = 0; g < count; g++) {
      int units = 64 << Math.min(4, g / 12);
      groups.add(
          group(
              "features." + g + ".conv.weight",
              List.of("features"),
              units,
              units - random.nextInt(units),
              null));
    }
    return of(target, groups, declined(count), false);
  }

  /** Groups over many components, every third a coupling. */
  public static Report wide(int components, int count) {
    List<GroupCut> groups = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int g = 0; g < count; g++) {
      int at = g * components / count;
      List<String> own =
          g % 3 == 2 && at + 1 < components
              ? List.of("stage" + at, "stage" + (at + 1))
              : List.of("stage" + at);
      int units = 16 + random.nextInt(240);
      groups.add(group("stage" + at + "." + g, own, units, units / 2, random.nextDouble()));
    }
    return of(TargetReached.macs(0.4, 0.41), groups, declined(3), true);
  }

  /** Places of three kinds, some of which hold something back. */
  public static List<DeclinedAt> declined(int count) {
    List<DeclinedAt> declined = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      declined.add(
          switch (i % 3) {
            case 0 -> new DeclinedAt("x" + i, "Input", "a graph input stays as it is", List.of());
            case 1 ->
                new DeclinedAt(
                    "/block/" + i + "/NonZero", "NonZero", "no rule", List.of("block." + i));
            default -> new DeclinedAt("y" + i, "Output", "a graph output stays", List.of());
          });
    }
    return declined;
  }

  /** A target of every kind. */
  public static List<TargetReached> targets() {
    Map<String, Report.ComponentReached> components = new LinkedHashMap<>();
    components.put("encoder", new Report.ComponentReached(0.2, 0.204));
    components.put("dynamics", new Report.ComponentReached(0.6, 0.601));
    return List.of(
        TargetReached.parameters(0.5, 0.503),
        TargetReached.macs(0.5, 0.503),
        TargetReached.bytes(0.5, 0.503),
        TargetReached.latency(0.25, 0.244),
        TargetReached.components(components, 0.38),
        TargetReached.tolerance(0.02, 0.0187, curve()));
  }

  private static List<CurvePoint> curve() {
    List<CurvePoint> curve = new ArrayList<>();
    for (double share : new double[] {0.5, 0.25, 0.375, 0.4375, 0.40625, 0.421875, 0.4296875}) {
      double error = 0.0004 * Math.exp(9.05 * share);
      curve.add(new CurvePoint(share, (long) (1_100_112 * (1 - share)), error, error <= 0.02));
    }
    return curve;
  }

  /** Sensitivities of as many groups, one of which overflows. */
  public static SensitivityReport sensitivity(int count) {
    List<Double> shares = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);
    List<GroupSensitivity> groups = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(11);
    for (int g = 0; g < count; g++) {
      int units = g == 1 ? 5 : 64 << g % 4;
      double scale = Math.exp(-5 * random.nextDouble());
      List<Point> points = new ArrayList<>();
      for (double share : shares) {
        int gone = (int) Math.round(units * share);
        if (gone > 0 && gone < units) {
          boolean finite = g != 2 || share < 0.85;
          double error = scale * Math.pow(share, 1 + 2 * random.nextDouble());
          points.add(new Point(share, gone, 550L * gone, finite ? error : null));
        }
      }
      groups.add(
          new GroupSensitivity(
              "layer" + g % 4 + "." + g + ".conv.weight",
              g % 5 == 0 ? List.of("layer0", "layer1") : List.of("layer0"),
              g % 5 == 0 ? "coupling" : "component",
              units,
              550L * units,
              points));
    }
    return new SensitivityReport(
        shares,
        groups,
        new SensitivityReport.Provenance(
            "resnet18.onnx",
            "9b74c9897bac770ffc029102a200c5de5c1c1b1c1cf0bd7a9f3a7e9d5b1f0a11",
            "calibration.npz",
            64,
            "l2",
            "0.1.0",
            "1.20.0",
            TIME));
  }
}
