package dev.espalier.experiment.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.experiment.Cell;
import dev.espalier.experiment.Setup;
import dev.espalier.experiment.TrainedRun;
import dev.espalier.experiment.runner.CellBench;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.plan.Allocations;
import dev.espalier.pruner.plan.RandomScore;
import dev.espalier.pruner.plan.Target;
import dev.espalier.pruning.v1.ChannelScore;
import dev.espalier.trainer.api.StartRequests;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.StartRunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoopBenchTest {
  private static final Setup SETUP = new Setup(1, true, Optional.empty());

  @TempDir private Path work;

  private static Cell cell(String name) {
    return new Cell(Map.of("name", name), 1);
  }

  private static StartRunRequest request(long seed) {
    return StartRunRequest.newBuilder()
        .setTask("autoencoder")
        .setEpochs(2)
        .setSeed(seed)
        .setUnitSummaryEvery(1)
        .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(8).setDrawnDigits(400))
        .build();
  }

  private static Milestone milestone(double share) {
    return Milestone.newBuilder()
        .setAfterEpochs(1)
        .setTarget(dev.espalier.pruning.v1.Target.newBuilder().setParametersShare(share))
        .setChannelScore(ChannelScore.CHANNEL_SCORE_TAYLOR)
        .build();
  }

  @Test
  void theSameRequestGivesTheSameRunWithCutsAndPenalty() throws Exception {
    StartRunRequest request = request(3).toBuilder().addMilestones(milestone(0.4)).build();
    List<TrainedRun> runs = new ArrayList<>();
    try (Benches benches = new Benches(work, SETUP)) {
      for (String name : List.of("a", "b")) {
        try (CellBench bench = benches.open(cell(name), done -> {})) {
          runs.add(bench.train(request));
          assertEquals(1, bench.runs().size());
          assertTrue(bench.runs().getFirst().run().contains("\"seed\":\"3\""));
        }
      }
    }
    TrainedRun run = runs.getFirst();
    assertEquals(run.model().digest(), runs.getLast().model().digest());
    assertEquals(run.ranking().getGroupsList(), runs.getLast().ranking().getGroupsList());
    assertEquals(run.units(), runs.getLast().units());
    assertEquals(2, run.epochs().size());
    assertEquals(List.of(1, 2), run.snapshots().stream().map(s -> s.getEpochsCompleted()).toList());
    assertEquals(1, run.run().getCutsCount());
    assertEquals(run.run().getCuts(0).getParametersAfter(), run.model().parameters());
    assertTrue(run.run().getCuts(0).getParametersBefore() * 0.6 >= run.model().parameters());
    assertEquals(run.ranking().getGroupsCount(), run.graph().getGroupsCount());
    assertTrue(
        run.snapshots().getFirst().getCoefficients().getLambdaWeight() > 0, "the loop is closed");
    assertTrue(run.loss() < run.initialLoss());
    assertFalse(Files.exists(work.resolve("cells").resolve(cell("a").key())));
  }

  @Test
  void ofCellsThatAskForTheSameRunOneTrains() throws Exception {
    try (Benches benches = new Benches(work, SETUP);
        ExecutorService workers = Executors.newFixedThreadPool(2)) {
      List<Future<TrainedRun>> futures =
          List.of("a", "b").stream()
              .map(
                  name ->
                      workers.submit(
                          () -> {
                            try (CellBench bench = benches.open(cell(name), done -> {})) {
                              TrainedRun run = bench.trainOnce(request(1));
                              assertEquals(
                                  run.model().digest(), bench.runs().getFirst().modelDigest());
                              return run;
                            }
                          }))
              .toList();
      TrainedRun first = futures.getFirst().get();
      TrainedRun second = futures.getLast().get();
      assertEquals(first.run(), second.run(), "its id and times too");
      assertEquals(first.ranking(), second.ranking());
      assertEquals(first.snapshots(), second.snapshots());
      assertEquals(first.units(), second.units());
      assertEquals(first.model().digest(), second.model().digest());
    }
  }

  @Test
  void aModelThatWasCutAndKeptIsTrainedOn() throws Exception {
    try (Benches benches = new Benches(work, SETUP);
        CellBench bench = benches.open(cell("cut"), done -> {})) {
      TrainedRun run = bench.trainOnce(request(2));
      Pruner pruner = new Pruner();
      OnnxModel small =
          pruner
              .prune(
                  pruner.analyze(run.model()),
                  new Pruner.Order(
                      new Target.Parameters(0.5), Allocations.uniform(), new RandomScore(4)),
                  stage -> {})
              .pruned();
      StartRunRequest more =
          request(2).toBuilder().clearAutoencoder().setModel(bench.keep("small", small)).build();
      TrainedRun tuned = bench.train(more);
      assertEquals(small.parameters(), tuned.model().parameters());
      assertNotEquals(run.loss(), tuned.initialLoss());
      assertEquals(2, bench.runs().size());
      assertThrows(IllegalArgumentException.class, () -> bench.trainOnce(more));
      assertThrows(IllegalArgumentException.class, () -> bench.keep("../small", small));
    }
  }

  @Test
  void workThatBreaksOffEndsWhoeverWaitsForIt() {
    OutOfMemoryError second = new OutOfMemoryError("again");
    IllegalStateException problem =
        assertThrows(
            IllegalStateException.class,
            () ->
                new LoopRun(new ModelStore(work))
                    .completed(
                        settings(),
                        handle ->
                            () -> {
                              throw second;
                            }));
    assertEquals(second, problem.getCause());
    assertTrue(problem.getMessage().contains("broke off: "), problem::getMessage);
  }

  @Test
  void aRunThatFailsSaysWhyInWords() throws Exception {
    try (Benches benches = new Benches(work, SETUP);
        CellBench bench = benches.open(cell("fails"), done -> {})) {
      StartRunRequest missing =
          request(1).toBuilder().clearAutoencoder().setModel("kept/none.onnx").build();
      IllegalStateException problem =
          assertThrows(IllegalStateException.class, () -> bench.train(missing));
      assertTrue(problem.getMessage().contains(" failed: "), problem::getMessage);
      assertFalse(problem.getMessage().contains("["), problem::getMessage);
    }
  }

  private static RunSettings settings() {
    return StartRequests.settings(
        request(1).toBuilder().setRunId("broken").build(), Instant.EPOCH, 0);
  }

  @Test
  void aRunThatCannotBeTrainedSaysWhy() throws Exception {
    try (Benches benches = new Benches(work, SETUP);
        CellBench bench = benches.open(cell("bad"), done -> {})) {
      IllegalStateException problem =
          assertThrows(
              IllegalStateException.class,
              () -> bench.train(request(1).toBuilder().addMilestones(milestone(0.9999)).build()));
      assertTrue(problem.getMessage().contains("was not cut after 1 epochs"), problem::getMessage);
    }
  }
}
