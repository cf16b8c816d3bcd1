package dev.espalier.trainer.run;

import dev.espalier.trace.TraceParent;
import dev.espalier.trainer.penalty.Coefficients;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers what was traced. */
final class FakeTraces implements RunTraces {
  final List<Integer> epochs = new ArrayList<>();
  final List<Integer> applied = new ArrayList<>();

  static TraceParent span(int epoch) {
    return new TraceParent("%032x".formatted(epoch + 1), "%016x".formatted(epoch + 1), 1);
  }

  @Override
  public boolean epoch(String runId, int epoch, int batches, Epoch work)
      throws IOException, InterruptedException {
    epochs.add(epoch);
    return work.train(Optional.of(span(epoch)));
  }

  @Override
  public void apply(String runId, Coefficients coefficients, Runnable work) {
    applied.add(coefficients.epoch());
    work.run();
  }
}
