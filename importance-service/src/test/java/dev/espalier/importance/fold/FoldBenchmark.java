package dev.espalier.importance.fold;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.importance.v1.FoldState;
import dev.espalier.training.v1.TrainingEvent;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one batch costs: parsing its record, folding it, packing the state for the changelog. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FoldBenchmark {
  private static final String RUN = "run-1";
  private static final int EVENTS = 512;

  @Param({"20", "200", "2000"})
  private int groups;

  private final TrainingEvent[] events = new TrainingEvent[EVENTS];
  private final byte[][] records = new byte[EVENTS][];
  private FoldState opened;
  private RunFold fold;
  private int next;

  @Setup
  public void makeLog() {
    SplittableRandom random = new SplittableRandom(1);
    RunFold fresh = RunFold.fresh();
    fresh.fold(
        TrainingEvent.newBuilder()
            .setRunId(RUN)
            .setRunStarted(Logs.start(random, groups, 1, EVENTS))
            .build());
    opened = fresh.state();
    for (int i = 0; i < EVENTS; i++) {
      events[i] =
          TrainingEvent.newBuilder()
              .setRunId(RUN)
              .setSequence(i + 1)
              .setGradientSummary(Logs.summary(random, groups, 0, i))
              .build();
      records[i] = events[i].toByteArray();
    }
    rewind();
  }

  private void rewind() {
    fold = RunFold.restore(opened, UnitMemory.onHeap());
    next = 0;
  }

  @Benchmark
  public TrainingEvent parse() throws InvalidProtocolBufferException {
    return TrainingEvent.parseFrom(records[next++ % EVENTS]);
  }

  /** The log starts again every 512 batches, which costs a restored state. */
  @Benchmark
  public Outcome fold() {
    if (next == EVENTS) {
      rewind();
    }
    Outcome outcome = fold.fold(events[next], records[next]);
    next++;
    return outcome;
  }

  @Benchmark
  public byte[] pack() {
    return fold.state().toByteArray();
  }
}
