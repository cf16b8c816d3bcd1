package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunLimitTest {
  private static final Map<String, Value> INPUT =
      Map.of("x", new Value(ElementType.FLOAT, new long[] {1, 2}, new double[] {1, 2}));

  @AfterEach
  void restore() {
    RunLimit.set(RunLimit.USUAL);
  }

  @Test
  void anEndlessLoopIsRefusedAfterTheLimit() {
    RunLimit.set(Duration.ofMillis(300));
    try (Session session = Session.open(EndlessLoop.model())) {
      OnnxException e = assertThrows(OnnxException.class, () -> session.run(INPUT));
      assertTrue(e.getMessage().contains("takes more than"), e.getMessage());
      assertThrows(OnnxException.class, () -> session.time(INPUT, 1, 1, 1, System::nanoTime));
    }
  }

  @Test
  void anInterruptEndsALoop() throws Exception {
    try (Session session = Session.open(EndlessLoop.model());
        var workers = Executors.newSingleThreadExecutor()) {
      Thread[] runner = new Thread[1];
      var running = new CountDownLatch(1);
      Future<CancellationException> ended =
          workers.submit(
              () -> {
                runner[0] = Thread.currentThread();
                running.countDown();
                return assertThrows(CancellationException.class, () -> session.run(INPUT));
              });
      running.await();
      runner[0].interrupt();

      ended.get(60, TimeUnit.SECONDS);
    }
  }
}
