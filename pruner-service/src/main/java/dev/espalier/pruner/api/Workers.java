package dev.espalier.pruner.api;

import dev.espalier.pruner.runtime.RunLimit;
import dev.espalier.pruner.runtime.Session;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The threads that work on models: a few for analyses, a few for prunings, bounded queues. */
@Singleton
class Workers {
  private static final Logger LOG = Logger.getLogger(Workers.class);
  private static final int ANALYSES = 2;
  private static final int ANALYSES_WAITING = 64;

  private final ExecutorService analyses;
  private final ExecutorService prunings;

  Workers(PrunerConfig config) {
    ConfigCheck.check(config);
    RunLimit.set(config.maxPass());
    analyses = pool("analysis", ANALYSES, ANALYSES_WAITING);
    prunings = pool("pruning", config.workers(), config.queue());
  }

  /** Loads ONNX Runtime's native code, so that the first request does not wait for it. */
  void warmUp(@Observes StartupEvent started) {
    analyses.execute(() -> LOG.debugf("ONNX Runtime %s", Session.version()));
  }

  /** Rejects what would have to wait behind too many others. */
  ExecutorService analyses() {
    return analyses;
  }

  /** Rejects what would have to wait behind too many others. */
  ExecutorService prunings() {
    return prunings;
  }

  @PreDestroy
  void stop() throws InterruptedException {
    analyses.shutdownNow();
    prunings.shutdownNow();
    prunings.awaitTermination(5, TimeUnit.SECONDS);
  }

  private static ExecutorService pool(String name, int threads, int waiting) {
    ThreadFactory factory = Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    return new ThreadPoolExecutor(
        threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), factory);
  }
}
