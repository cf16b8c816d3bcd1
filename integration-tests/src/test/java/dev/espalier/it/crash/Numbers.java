package dev.espalier.it.crash;

import dev.espalier.graph.v1.GroupKind;
import dev.espalier.training.v1.Combination;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.UnitSummary;
import java.util.SplittableRandom;

/** Draws what a trainer would measure. */
final class Numbers {
  private static final int UNITS_EVERY = 6;

  private final SplittableRandom random;

  Numbers(SplittableRandom random) {
    this.random = random;
  }

  RunStarted start(int epochs, int batches) {
    RunStarted.Builder start =
        RunStarted.newBuilder()
            .setTask("autoencoder")
            .setModel("model.onnx")
            .setImportance(
                ImportanceSettings.newBuilder()
                    .setCombination(Combination.forNumber(random.nextInt(6)))
                    .setPeriodEpochs(2))
            .setEpochs(epochs)
            .setBatchesPerEpoch(batches)
            .setSeed(random.nextLong());
    int groups = random.nextInt(18, 25);
    for (int i = 0; i < groups; i++) {
      boolean coupling = i % 4 == 0;
      GroupShape.Builder group =
          GroupShape.newBuilder()
              .setId("group." + i)
              .setKind(coupling ? GroupKind.GROUP_KIND_COUPLING : GroupKind.GROUP_KIND_COMPONENT)
              .addComponents("encoder")
              .setParameters(random.nextInt(1, 5000))
              .setUnits(i % UNITS_EVERY == 1 ? random.nextInt(4, 64) : 0);
      start.addGroups(coupling ? group.addComponents("latent") : group);
    }
    return start.build();
  }

  GradientSummary summary(RunStarted start, int epoch, int batch) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder()
            .setEpoch(epoch)
            .setBatch(batch)
            .setLoss(random.nextDouble())
            .setOverallMeanAbsoluteGradient(random.nextDouble())
            .setOverallMeanAbsolutePenalty(random.nextDouble())
            .setCoefficientsEpoch(epoch)
            .setStaleCoefficients(random.nextInt(10) == 0);
    for (GroupShape group : start.getGroupsList()) {
      double gradient = random.nextDouble();
      summary
          .addMeanAbsoluteGradient(gradient)
          .addMeanSquaredGradient(gradient * gradient * random.nextDouble(1, 2))
          .addL1Norm(random.nextDouble(0, group.getParameters()))
          .addCount(group.getParameters());
    }
    return summary.build();
  }

  UnitSummary units(GroupShape group, int epoch, int batch) {
    UnitSummary.Builder summary =
        UnitSummary.newBuilder().setGroupId(group.getId()).setEpoch(epoch).setBatch(batch);
    for (int i = 0; i < group.getUnits(); i++) {
      float gradient = (float) random.nextDouble();
      summary
          .addGradient(gradient)
          .addFisher(gradient * gradient)
          .addTaylor((float) random.nextDouble());
    }
    return summary.build();
  }
}
