package dev.espalier.trainer.listener;

import static dev.espalier.training.v1.TrainingEvent.EventCase.EPOCH_COMPLETED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.GRADIENT_SUMMARY;
import static dev.espalier.training.v1.TrainingEvent.EventCase.RUN_FAILED;
import static dev.espalier.training.v1.TrainingEvent.EventCase.UNIT_SUMMARY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.network.OnnxNetwork;
import dev.espalier.trainer.network.Torch;
import dev.espalier.trainer.penalty.CoefficientBoard;
import dev.espalier.trainer.penalty.Coefficients;
import dev.espalier.trainer.run.FakeSink;
import dev.espalier.trainer.stream.EventBuffer;
import dev.espalier.trainer.stream.EventSender;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.RunCompleted;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import dev.espalier.training.v1.UnitSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EspalierListenerTest {
  private static final float RATE = 0.1f;
  private static final int BATCH = 8;
  private static final int BATCHES = 5;

  private final FakeSink sink = new FakeSink();
  private final CoefficientBoard board = new CoefficientBoard(() -> {});
  private final Recorder recorder = new Recorder();
  private NDManager manager;

  @TempDir private Path folder;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    Torch.recordGradients(true);
  }

  @AfterEach
  void close() {
    Torch.recordGradients(false);
    manager.close();
  }

  @Test
  void theLogIsThatOfAWholeRun() throws Exception {
    fit(mlp(), 3, settings(3));

    for (int i = 0; i < sink.events.size(); i++) {
      assertEquals(i, sink.events.get(i).getSequence());
    }
    RunStarted started = sink.events.getFirst().getRunStarted();
    assertEquals(2, started.getGroupsCount());
    assertEquals("01Linear", started.getGroups(0).getId());
    assertEquals(6 * 4 + 6, started.getGroups(0).getParameters());
    assertEquals(6, started.getGroups(0).getUnits());
    assertEquals(0.9, started.getImportance().getEmaFactor(), "filled in");
    assertEquals(3 * BATCHES, sink.of(GRADIENT_SUMMARY).size());
    assertEquals(3, sink.of(EPOCH_COMPLETED).size());
    RunCompleted end = sink.events.getLast().getRunCompleted();
    assertFalse(end.getStopped());
    double validation = sink.of(EPOCH_COMPLETED).getLast().getEpochCompleted().getValidationLoss();
    assertEquals(validation, end.getValidationLoss());
    double first = sink.of(EPOCH_COMPLETED).getFirst().getEpochCompleted().getValidationLoss();
    assertTrue(validation > 0 && validation < first, first + " to " + validation);
  }

  @Test
  void summariesEqualBruteForce() throws Exception {
    board.put(new Coefficients(0, Map.of("01Linear", 1.0, "03Linear", 0.5), 0.01));

    fit(mlp(), 2, settings(2).unitsEvery(1));

    List<TrainingEvent> summaries = sink.of(GRADIENT_SUMMARY);
    List<TrainingEvent> units = sink.of(UNIT_SUMMARY);
    assertEquals(recorder.steps.size(), summaries.size());
    assertEquals(2 * summaries.size(), units.size());
    for (int s = 0; s < summaries.size(); s++) {
      GradientSummary summary = summaries.get(s).getGradientSummary();
      compare(s, "01Linear", 4, summary, 0, units.get(2 * s).getUnitSummary());
      compare(s, "03Linear", 6, summary, 1, units.get(2 * s + 1).getUnitSummary());
    }
  }

  private void compare(
      int step, String layer, int columns, GradientSummary summary, int g, UnitSummary units) {
    float[] weight = recorder.steps.get(step).gradients().get(layer + "_weight");
    float[] bias = recorder.steps.get(step).gradients().get(layer + "_bias");
    float[] theta = recorder.steps.get(step).values().get(layer + "_weight");
    float[] shift = recorder.steps.get(step).values().get(layer + "_bias");
    double absolute = 0;
    double squared = 0;
    for (int u = 0; u < bias.length; u++) {
      double unitAbsolute = Math.abs(bias[u]);
      double unitSquared = bias[u] * bias[u];
      double taylor = bias[u] * shift[u];
      for (int i = u * columns; i < (u + 1) * columns; i++) {
        unitAbsolute += Math.abs(weight[i]);
        unitSquared += weight[i] * weight[i];
        taylor += weight[i] * theta[i];
      }
      assertEquals(unitAbsolute / (columns + 1), units.getGradient(u), 1e-6);
      assertEquals(unitSquared / (columns + 1), units.getFisher(u), 1e-6);
      assertEquals(Math.abs(taylor), units.getTaylor(u), 1e-6);
      absolute += unitAbsolute;
      squared += unitSquared;
    }
    int count = bias.length * (columns + 1);
    assertEquals(count, summary.getCount(g));
    assertEquals(absolute / count, summary.getMeanAbsoluteGradient(g), 1e-6);
    assertEquals(squared / count, summary.getMeanSquaredGradient(g), 1e-6);
  }

  @Test
  void theStepIsThatOfTheLossWithTheL1Term() throws Exception {
    double weight = 0.03;
    Map<String, Double> lambda = Map.of("01Linear", 1.0, "03Linear", 0.5);
    board.put(new Coefficients(0, lambda, weight));

    fit(mlp(), 1, settings(1));

    for (int s = 0; s + 1 < recorder.steps.size(); s++) {
      assertLastBias(recorder.steps.get(s));
      for (Map.Entry<String, float[]> before : recorder.steps.get(s).values().entrySet()) {
        double pull = weight * lambda.get(before.getKey().split("_")[0]);
        float[] gradient = recorder.steps.get(s).gradients().get(before.getKey());
        float[] after = recorder.steps.get(s + 1).values().get(before.getKey());
        for (int i = 0; i < after.length; i++) {
          double theta = before.getValue()[i];
          assertEquals(theta - RATE * (gradient[i] + pull * Math.signum(theta)), after[i], 1e-6);
        }
      }
    }
    GradientSummary summary = sink.of(GRADIENT_SUMMARY).getLast().getGradientSummary();
    assertEquals(0, summary.getCoefficientsEpoch());
    assertTrue(summary.getOverallMeanAbsolutePenalty() > 0);
  }

  /** The gradient of half the mean square error, so that nothing is left of steps before. */
  private static void assertLastBias(Recorder.Step step) {
    for (int j = 0; j < 2; j++) {
      double sum = 0;
      for (int i = j; i < step.error().length; i += 2) {
        sum += step.error()[i];
      }
      assertEquals(sum / step.error().length, step.gradients().get("03Linear_bias")[j], 1e-6);
    }
  }

  /** The gradient that is looked at is that of all parts, once, right before the step. */
  @Test
  void accumulatedGradientsAreSeenOnceAStep() throws Exception {
    EspalierListener listener = listener(settings(1).accumulated(2));
    try (Model model = Model.newInstance("mlp", "PyTorch")) {
      model.setBlock(mlp());
      try (Trainer trainer = trainer(model, listener)) {
        int passes = 0;
        for (Batch batch : trainer.iterateDataset(data(1))) {
          EasyTrain.trainBatch(trainer, batch);
          if (++passes % 2 == 0) {
            trainer.step();
          }
          batch.close();
        }
      }
    }

    List<TrainingEvent> summaries = sink.of(GRADIENT_SUMMARY);
    assertEquals(BATCHES / 2, summaries.size());
    for (int s = 0; s < summaries.size(); s++) {
      GradientSummary summary = summaries.get(s).getGradientSummary();
      double absolute = 0;
      for (float g : recorder.steps.get(2 * s + 1).gradients().get("01Linear_bias")) {
        absolute += Math.abs(g);
      }
      for (float g : recorder.steps.get(2 * s + 1).gradients().get("01Linear_weight")) {
        absolute += Math.abs(g);
      }
      assertEquals(absolute / 30, summary.getMeanAbsoluteGradient(0), 1e-6);
    }
  }

  @Test
  void runningStatisticsAreLeftOut() throws Exception {
    Block block =
        new SequentialBlock()
            .add(Linear.builder().setUnits(6).build())
            .add(BatchNorm.builder().build())
            .add(Linear.builder().setUnits(2).build());

    fit(block, 1, settings(1));

    RunStarted started = sink.events.getFirst().getRunStarted();
    assertEquals("02BatchNorm", started.getGroups(1).getId());
    assertEquals(12, started.getGroups(1).getParameters(), "gamma and beta");
    assertEquals(12, sink.of(GRADIENT_SUMMARY).getFirst().getGradientSummary().getCount(1));
  }

  @Test
  void anOnnxGraphIsTracedByThePruner() throws Exception {
    ModelStore store = new ModelStore(folder);
    OnnxNetwork network = new OnnxNetwork(onnx(), manager);
    Connection.Traced traced =
        new Connection.Traced(
            (name, runId) -> {
              BlockParameters parameters = new BlockParameters(network);
              return CompletableFuture.completedFuture(
                  LayerGroups.graph(parameters.shapes(), LayerGroups.of(parameters.shapes()))
                      .toBuilder()
                      .setModelDigest(digest(store, name))
                      .build());
            },
            store);

    EspalierListener listener =
        new EspalierListener(
            settings(1), new Connection(sink, id -> board, Optional.of(traced), () -> {}));
    fit(network, 1, listener);

    RunStarted started = sink.events.getFirst().getRunStarted();
    assertEquals("runs/djl-run/initial.onnx", started.getModel());
    assertEquals("a", started.getGroups(0).getId());
    RunCompleted end = sink.events.getLast().getRunCompleted();
    assertEquals(digest(store, end.getModel()), end.getModelDigest());
    assertFalse(end.getModelDigest().equals(started.getModelDigest()), "it has learned");
  }

  /** A broker that takes nothing, not even for one moment, holds nothing up. */
  @Test
  void trainingNeverWaitsForTheBus() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    EventSender stuck =
        new EventSender(
            new EventBuffer(2000),
            "/test",
            (event, headers) -> {
              taken.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return CompletableFuture.completedStage(null);
            });
    stuck.start();
    EspalierListener listener =
        new EspalierListener(
            settings(4), new Connection(stuck, id -> board, Optional.empty(), () -> {}));

    fit(mlp(), 4, listener);

    assertTrue(listener.dropped() > 0 && listener.dropped() < 4 * BATCHES * 3);
    taken.await();
    assertEquals(1, end.getCount(), "the bus took nothing while all was trained");
    end.countDown();
    stuck.stop(Duration.ofSeconds(20));
  }

  @Test
  void whatGoesWrongEndsTheFollowingAlone() throws Exception {
    fit(mlp(), 2, settings(2).groups(shapes -> List.of()));
    assertEquals(List.of(), sink.events, "no group: nothing to say");

    recorder.steps.clear();
    float[] notANumber = new float[BATCH * 4];
    notANumber[3] = Float.NaN;
    ArrayDataset bad =
        new ArrayDataset.Builder()
            .setData(manager.create(notANumber, new Shape(BATCH, 4)))
            .optLabels(manager.zeros(new Shape(BATCH, 2)))
            .setSampling(BATCH, false)
            .build();
    try (Model model = Model.newInstance("mlp", "PyTorch")) {
      model.setBlock(mlp());
      try (Trainer trainer = trainer(model, listener(settings(3)))) {
        EasyTrain.fit(trainer, 3, bad, null);
      }
    }
    assertEquals(3, recorder.steps.size(), "the training went on");
    assertEquals(RUN_FAILED, sink.events.getLast().getEventCase());
    assertTrue(sink.events.getLast().getRunFailed().getReason().startsWith("loss is NaN"));
  }

  @Test
  void badSettingsAreNamed() {
    assertTrue(message(() -> EspalierListener.of("No!", 1, 1)).startsWith("runId = \"No!\""));
    assertEquals("epochs = 0: must be at least 1", message(() -> EspalierListener.of("run", 0, 1)));
    assertThrows(IllegalStateException.class, () -> EspalierListener.of("run", 1, 1).start());
  }

  private static String message(org.junit.jupiter.api.function.Executable make) {
    return assertThrows(IllegalArgumentException.class, make).getMessage();
  }

  private static ListenerBuilder settings(int epochs) {
    return EspalierListener.of("djl-run", epochs, BATCHES).waiting(Duration.ZERO);
  }

  private EspalierListener listener(ListenerBuilder settings) {
    return new EspalierListener(
        settings, new Connection(sink, id -> board, Optional.empty(), () -> {}));
  }

  private void fit(Block block, int epochs, ListenerBuilder settings) throws Exception {
    fit(block, epochs, listener(settings));
  }

  private void fit(Block block, int epochs, EspalierListener listener) throws Exception {
    try (Model model = Model.newInstance("net", "PyTorch")) {
      model.setBlock(block);
      try (Trainer trainer = trainer(model, listener)) {
        EasyTrain.fit(trainer, epochs, data(1), data(2));
      }
    }
  }

  /** The recorder comes first: it sees the gradients before the penalty is added. */
  private Trainer trainer(Model model, EspalierListener listener) {
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.l2Loss())
                .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(RATE)).build())
                .addTrainingListeners(recorder, listener));
    trainer.initialize(new Shape(BATCH, 4));
    return trainer;
  }

  private ArrayDataset data(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = BATCH * BATCHES;
    float[] inputs = new float[count * 4];
    float[] labels = new float[count * 2];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble(-1, 1);
      labels[i / 4 * 2] += inputs[i];
      labels[i / 4 * 2 + 1] += inputs[i] * inputs[i];
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(inputs, new Shape(count, 4)))
        .optLabels(manager.create(labels, new Shape(count, 2)))
        .setSampling(BATCH, false)
        .build();
  }

  private static Block mlp() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(6).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static OnnxModel onnx() {
    SplittableRandom random = new SplittableRandom(4);
    return new OnnxBuilder("net")
        .input("x", -1, 4)
        .initializer("a.weight", new int[] {6, 4}, values(random, 24))
        .initializer("a.bias", new int[] {6}, values(random, 6))
        .initializer("b.weight", new int[] {2, 6}, values(random, 12))
        .initializer("b.bias", new int[] {2}, values(random, 2))
        .node("Gemm", "/a", List.of("x", "a.weight", "a.bias"), "h", Map.of("transB", 1L))
        .node("Relu", "/r", List.of("h"), "r")
        .node("Gemm", "/b", List.of("r", "b.weight", "b.bias"), "y", Map.of("transB", 1L))
        .output("y", -1, 2)
        .build();
  }

  private static float[] values(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-0.5, 0.5);
    }
    return values;
  }

  private static String digest(ModelStore store, String name) {
    try {
      return OnnxModel.read(store.resolve(name)).digest();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
