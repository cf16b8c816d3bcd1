package dev.espalier.pruner.fuzz;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruner.Cuts;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.runtime.Weights;
import dev.espalier.pruner.verify.Trials;
import dev.espalier.pruner.verify.VerificationException;
import dev.espalier.pruner.verify.Verifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is done to a model, it is refused with a word on where, or cut like its masked twin. For
 * other or more mutants, set {@code espalier.fuzz.seed} and {@code espalier.fuzz.mutants}.
 */
class MutantTest {
  private static final long SEED = Long.getLong("espalier.fuzz.seed", 0);
  private static final int MUTANTS = Integer.getInteger("espalier.fuzz.mutants", 1500);
  private static final int MOST_SECONDS = 60;
  private static final Trials TRIALS = new Trials(4, Map.of(), 1);

  private final List<ModelProto> models = FuzzNetworks.all();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final Map<String, AssertionError> faults = new LinkedHashMap<>();
  private int cut;
  private int refused;

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  @Test
  void theModelsThemselvesAreCut() {
    models.forEach(model -> Cuts.exact(OnnxModel.of(model), 1));
  }

  @Test
  void damagedBytes() throws InterruptedException {
    for (long seed = SEED; seed < SEED + MUTANTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] file = models.get(random.nextInt(models.size())).toByteArray();
      bounded(ByteMutation.apply(file, random), seed);
    }
    assertBothWays();
  }

  @Test
  void changedGraphs() throws InterruptedException {
    for (long seed = SEED; seed < SEED + MUTANTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ModelProto model = models.get(random.nextInt(models.size()));
      bounded(GraphMutation.apply(model, random).toByteArray(), seed);
    }
    assertBothWays();
  }

  /** Mutants that are all refused at the door, or none of which is, would prove nothing. */
  private void assertBothWays() {
    AssertionError all = new AssertionError(faults.size() + " kinds of fault");
    faults.values().forEach(all::addSuppressed);
    if (!faults.isEmpty()) {
      throw all;
    }
    assertTrue(
        cut >= MUTANTS / 20 && refused >= MUTANTS / 10, cut + " cut, " + refused + " refused");
  }

  private void bounded(byte[] file, long seed) throws InterruptedException {
    try {
      worker.submit(() -> tryOne(file, seed)).get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      fail("seed " + seed + " takes more than " + MOST_SECONDS + " s", e);
    } catch (ExecutionException e) {
      faults.putIfAbsent(at(e.getCause()), new AssertionError("seed " + seed, e.getCause()));
    }
  }

  /** Where a fault shows, so that each is told once. */
  private static String at(Throwable fault) {
    return fault.getClass()
        + Arrays.stream(fault.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("dev.espalier"))
            .findFirst()
            .map(StackTraceElement::toString)
            .orElse("");
  }

  private void tryOne(byte[] file, long seed) {
    Traced traced;
    try {
      traced = new Pruner().analyze(OnnxModel.parse(file));
    } catch (OnnxException e) {
      assertTrue(e.getMessage().matches("(?s).+: .+"), e.getMessage());
      refused++;
      return;
    }
    try {
      Cuts.random(traced, seed, TRIALS);
      cut++;
    } catch (VerificationException e) {
      // A fault of the model alone, where it shows without any cut.
      OnnxModel model = traced.prepared().original();
      assertThrows(
          VerificationException.class,
          () -> Verifier.compare(model, model, new Weights(), List.of(), TRIALS),
          e.getMessage());
      refused++;
    } catch (AssertionError e) {
      // What is masked is still multiplied in the twin, and 0 times what is not finite is not 0.
      if (finite(traced.model())) {
        throw e;
      }
      refused++;
    }
  }

  private static boolean finite(OnnxModel model) {
    for (Tensor tensor : model.initializers().values()) {
      if (tensor.type() == ElementType.FLOAT) {
        for (float element : tensor.floats()) {
          if (!Float.isFinite(element)) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
