package dev.espalier.it.bench;

import com.google.protobuf.util.Timestamps;
import dev.espalier.graph.v1.GroupKind;
import dev.espalier.kafka.Topics;
import dev.espalier.training.v1.EpochCompleted;
import dev.espalier.training.v1.GradientSummary;
import dev.espalier.training.v1.GroupShape;
import dev.espalier.training.v1.RunStarted;
import dev.espalier.training.v1.TrainingEvent;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends the logs of made-up runs of one width. */
final class Workload implements AutoCloseable {
  private static final int DIFFERENT = 64;

  private final KafkaProducer<String, byte[]> producer;
  private final RunStarted start;
  private final GradientSummary[] summaries = new GradientSummary[DIFFERENT];

  Workload(String servers, int groups) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 5, "batch.size", 1 << 18),
            new StringSerializer(),
            new ByteArraySerializer());
    SplittableRandom random = new SplittableRandom(1);
    RunStarted.Builder run =
        RunStarted.newBuilder().setTask("bench").setEpochs(1_000_000).setBatchesPerEpoch(100);
    for (int i = 0; i < groups; i++) {
      run.addGroups(
          GroupShape.newBuilder()
              .setId("encoder." + i)
              .setKind(GroupKind.GROUP_KIND_COMPONENT)
              .addComponents("encoder")
              .setParameters(1000));
    }
    start = run.build();
    for (int i = 0; i < DIFFERENT; i++) {
      summaries[i] = summary(random, groups);
    }
  }

  private static GradientSummary summary(SplittableRandom random, int groups) {
    GradientSummary.Builder summary =
        GradientSummary.newBuilder()
            .setLoss(random.nextDouble())
            .setOverallMeanAbsoluteGradient(random.nextDouble())
            .setOverallMeanAbsolutePenalty(random.nextDouble());
    for (int i = 0; i < groups; i++) {
      double gradient = random.nextDouble();
      summary
          .addMeanAbsoluteGradient(gradient)
          .addMeanSquaredGradient(1.2 * gradient * gradient)
          .addL1Norm(random.nextDouble(1, 50))
          .addCount(1000);
    }
    return summary.build();
  }

  void start(String run) {
    send(run, 0, event -> event.setRunStarted(start));
  }

  void summary(String run, long sequence, int epoch) {
    int which = (int) (sequence % DIFFERENT);
    send(
        run,
        sequence,
        event -> event.setGradientSummary(summaries[which].toBuilder().setEpoch(epoch)));
  }

  void epoch(String run, long sequence, int epoch) {
    send(
        run,
        sequence,
        event -> event.setEpochCompleted(EpochCompleted.newBuilder().setEpoch(epoch)));
  }

  private void send(
      String run, long sequence, java.util.function.Consumer<TrainingEvent.Builder> fill) {
    TrainingEvent.Builder event =
        TrainingEvent.newBuilder()
            .setRunId(run)
            .setSequence(sequence)
            .setTime(Timestamps.fromMillis(1_700_000_000_000L + sequence));
    fill.accept(event);
    producer.send(new ProducerRecord<>(Topics.TRAINING, run, event.build().toByteArray()));
  }

  /** Waits until the broker has all that was sent. */
  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
