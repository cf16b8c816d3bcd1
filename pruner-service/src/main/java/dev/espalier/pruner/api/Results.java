package dev.espalier.pruner.api;

import dev.espalier.pruner.job.Jobs;
import dev.espalier.pruner.job.Outbox;
import dev.espalier.pruner.stream.CatchUp;
import dev.espalier.pruner.stream.Publisher;
import dev.espalier.pruning.v1.ModelPruned;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Tells the bus each result; one that a crash kept from it is told at the next start. */
@Singleton
class Results {
  private static final Logger LOG = Logger.getLogger(Results.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final PrunerConfig config;
  private final Outbox outbox;
  private final Publisher publisher;
  private final Jobs jobs;
  private final CatchUp catchUp;

  Results(PrunerConfig config, Outbox outbox, Publisher publisher, Jobs jobs, CatchUp catchUp) {
    this.config = config;
    this.outbox = outbox;
    this.publisher = publisher;
    this.jobs = jobs;
    this.catchUp = catchUp;
  }

  /**
   * Keeps and publishes a result. Returns once the broker has taken it, or after a bounded wait:
   * then the record stays queued.
   *
   * @throws IOException where it cannot be kept
   */
  void publish(ModelPruned result) throws IOException {
    outbox.put(result);
    CompletableFuture<Void> taken = send(result).subscribeAsCompletionStage();
    try {
      taken.get(config.publishWait().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warnf(
          e, "result not yet on the bus, it stays queued, pruning_id=%s", result.getPruningId());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void atStart(@Observes StartupEvent started) {
    catchUp
        .done()
        .repeat()
        .withDelay(PAUSE)
        .until(done -> done)
        .collect()
        .last()
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .subscribe()
        .with(done -> publishPending(), e -> LOG.error("results of before are not published", e));
  }

  /** Publishes what is kept and not known from the bus. */
  void publishPending() {
    try {
      for (ModelPruned result : outbox.pending()) {
        if (jobs.get(result.getPruningId()).isPresent()) {
          outbox.remove(result.getPruningId());
        } else {
          LOG.infof("result published again, pruning_id=%s", result.getPruningId());
          jobs.restore(result);
          send(result)
              .subscribe()
              .with(
                  done -> LOG.trace("result sent"),
                  e -> LOG.errorf(e, "result not sent, pruning_id=%s", result.getPruningId()));
        }
      }
    } catch (IOException e) {
      LOG.error("results of before are not published", e);
    }
  }

  private Uni<Void> send(ModelPruned result) {
    return publisher
        .model(result)
        .invoke(
            () -> {
              try {
                outbox.remove(result.getPruningId());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
