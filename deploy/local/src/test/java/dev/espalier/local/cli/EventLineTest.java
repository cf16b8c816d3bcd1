package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunPruned;
import dev.espalier.training.v1.TrainingEvent;
import org.junit.jupiter.api.Test;

class EventLineTest {
  private static String line(RunPruned.Builder cut) {
    return EventLine.of(TrainingEvent.newBuilder().setSequence(7).setRunPruned(cut).build())
        .strip()
        .replaceAll(" +", " ");
  }

  @Test
  void aCutTellsItsLossesWhereTheyWereMeasured() {
    RunPruned.Builder cut =
        RunPruned.newBuilder()
            .setAfterEpochs(3)
            .setModel("m.onnx")
            .addGroups(GroupShape.newBuilder().setParameters(60))
            .setValidationLossBefore(0.25);
    assertEquals("7 pruned after 3 epochs: 60 parameters in 1 groups, model m.onnx", line(cut));
    assertEquals(
        "7 pruned after 3 epochs: 60 parameters in 1 groups, validation loss 0.2500 to 0.5000,"
            + " model m.onnx",
        line(cut.setValidationLossAfter(0.5)));
  }
}
