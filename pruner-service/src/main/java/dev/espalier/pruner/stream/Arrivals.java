package dev.espalier.pruner.stream;

import com.google.protobuf.MessageLite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The newest messages by key, and who waits for one. */
final class Arrivals<M extends MessageLite> {
  private record Waiter<M>(Predicate<M> wanted, CompletableFuture<Optional<M>> future) {}

  private final Bounded<M> messages;
  private final Map<String, List<Waiter<M>>> waiting = new HashMap<>();

  Arrivals(Bounded<M> messages) {
    this.messages = messages;
  }

  void put(String key, M message) {
    List<Waiter<M>> served;
    synchronized (waiting) {
      messages.put(key, message);
      served =
          waiting.getOrDefault(key, List.of()).stream()
              .filter(waiter -> waiter.wanted.test(message))
              .toList();
    }
    served.forEach(waiter -> waiter.future.complete(Optional.of(message)));
  }

  void remove(String key) {
    messages.remove(key);
  }

  Optional<M> get(String key) {
    return messages.get(key);
  }

  /**
   * The newest message now, or the first that will do.
   *
   * @param longest after which to give up
   * @return done at once or within that time; empty where none arrived
   */
  CompletionStage<Optional<M>> await(String key, Predicate<M> wanted, Duration longest) {
    synchronized (waiting) {
      Optional<M> known = messages.get(key).filter(wanted);
      if (known.isPresent()) {
        return CompletableFuture.completedStage(known);
      }
      Waiter<M> waiter = new Waiter<>(wanted, new CompletableFuture<>());
      waiting.computeIfAbsent(key, k -> new ArrayList<>()).add(waiter);
      waiter.future.whenComplete((message, error) -> forget(key, waiter));
      return waiter.future.completeOnTimeout(
          Optional.empty(), longest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void forget(String key, Waiter<M> waiter) {
    synchronized (waiting) {
      List<Waiter<M>> waiters = waiting.get(key);
      if (waiters != null) {
        waiters.remove(waiter);
        if (waiters.isEmpty()) {
          waiting.remove(key);
        }
      }
    }
  }
}
