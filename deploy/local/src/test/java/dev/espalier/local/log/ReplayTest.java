package dev.espalier.local.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.importance.fold.Outcome;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.importance.fold.Units;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.kafka.Topics;
import dev.espalier.local.broker.EmbeddedBroker;
import dev.espalier.local.suite.Topology;
import dev.espalier.training.v1.TrainingEvent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs on a real broker. */
class ReplayTest {
  private static final int SECONDS = 30;
  private static final byte[] NO_EVENT = {(byte) 0xff};

  @TempDir private Path folder;
  private EmbeddedBroker broker;
  private RecordReader reader;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void startsABroker() throws Exception {
    broker = EmbeddedBroker.start(folder, freePort(), freePort());
    Topology.create(broker.bootstrapServers(), SECONDS);
    reader = new RecordReader(broker.bootstrapServers());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test"),
            new StringSerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  @AfterEach
  void endsIt() {
    producer.close();
    reader.close();
    broker.close();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void send(String topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key, value));
  }

  /** What the importance service does with a record of the log. */
  private void publish(RunFold fold, byte[] value) {
    send(Topics.TRAINING, Events.RUN, value);
    if (fold.fold(Events.RUN, value) instanceof Outcome.Folded folded) {
      folded
          .snapshot()
          .ifPresent(
              snapshot -> {
                send(Topics.IMPORTANCE, Events.RUN, snapshot.toByteArray());
                send(Topics.SNAPSHOTS, Events.RUN, snapshot.toByteArray());
              });
      folded.units().forEach(u -> send(Topics.UNITS, Units.key(u), u.toByteArray()));
      folded.ranking().ifPresent(r -> send(Topics.RANKINGS, Events.RUN, r.toByteArray()));
    }
  }

  /** A run of the same id, and its end by deletion. */
  private void publishADeletedRun(RunFold fold) {
    for (TrainingEvent event : Events.run(2, 5)) {
      publish(fold, event.toByteArray());
    }
    publish(fold, Events.deleted().toByteArray());
    send(Topics.SNAPSHOTS, Events.RUN, null);
    send(Topics.RANKINGS, Events.RUN, null);
    send(Topics.UNITS, Events.RUN + "/a/0", null);
  }

  private void publishARun(RunFold fold) {
    for (TrainingEvent event : Events.run(3, 7)) {
      publish(fold, event.toByteArray());
      publish(fold, event.toByteArray());
      publish(fold, NO_EVENT);
      send(Topics.TRAINING, "another", event.toByteArray());
    }
  }

  @Test
  void aRunWithDuplicatesAndWorseIsEqualUntilABitIsAnother() throws Exception {
    RunFold fold = RunFold.fresh();
    producer.beginTransaction();
    publishADeletedRun(fold);
    publishARun(fold);
    producer.commitTransaction();
    int events = Events.run(3, 7).size();
    int before = Events.run(2, 5).size() + 1;

    Replay.Result result = Replay.of(reader, Events.RUN);

    assertEquals(before + 3L * events, result.events());
    assertEquals(events, result.duplicates());
    assertEquals(events, result.refused());
    assertEquals(new Compared(5, 0, 0, 1, 1, 1, Optional.empty()), result.compared());

    ImportanceSnapshot newest =
        ImportanceSnapshot.parseFrom(
            reader.newest(Topics.SNAPSHOTS, Events.RUN).orElseThrow().value());
    producer.beginTransaction();
    send(
        Topics.SNAPSHOTS,
        Events.RUN,
        newest.toBuilder().setSummaries(newest.getSummaries() + 1).build().toByteArray());
    producer.commitTransaction();
    assertEquals(
        Optional.of(
            new Difference(
                Topics.SNAPSHOTS, "sequence " + newest.getSequence(), "summaries", "9", "10")),
        Replay.of(reader, Events.RUN).compared().difference());
  }

  @Test
  void onlyCommittedRecordsOfTheKeyAreRead() {
    producer.beginTransaction();
    send(Topics.TRAINING, "run-1", "aborted".getBytes(UTF_8));
    producer.flush();
    producer.abortTransaction();
    producer.beginTransaction();
    for (int i = 0; i < 5; i++) {
      send(Topics.TRAINING, "run-1", Integer.toString(i).getBytes(UTF_8));
      send(Topics.TRAINING, "other-" + i, "other".getBytes(UTF_8));
    }
    producer.commitTransaction();
    List<String> values = new ArrayList<>();

    assertTrue(reader.read(Topics.TRAINING, "run-1", record -> values.add(text(record))));
    assertEquals(List.of("0", "1", "2", "3", "4"), values);
    values.clear();
    reader.read(Topics.TRAINING, "run-1", record -> !values.add(text(record)));
    assertEquals(List.of("0"), values);
    assertFalse(reader.read(Topics.TRAINING, "no-such-run", record -> true));
  }

  @Test
  void aLogInAnotherPartitionThanItsKeysIsFound() {
    producer.beginTransaction();
    for (int partition = 0; partition < Topology.TRAINING_PARTITIONS; partition++) {
      String key = "in-" + partition;
      producer.send(new ProducerRecord<>(Topics.TRAINING, partition, key, NO_EVENT));
    }
    producer.commitTransaction();
    for (int partition = 0; partition < Topology.TRAINING_PARTITIONS; partition++) {
      assertTrue(reader.read(Topics.TRAINING, "in-" + partition, record -> true));
    }
  }

  @Test
  void whatCannotBeReplayedSaysWhy() {
    assertEquals(
        "run \"none\": has no record on espalier.training.v1", failure("none").split(";")[0]);
    List<TrainingEvent> log = Events.run(1, 7);
    producer.beginTransaction();
    send(Topics.TRAINING, Events.RUN, log.get(1).toByteArray());
    producer.commitTransaction();
    assertTrue(failure(Events.RUN).contains("does not begin with a run_started"));
    producer.beginTransaction();
    send(Topics.TRAINING, Events.RUN, log.get(0).toByteArray());
    producer.commitTransaction();
    assertTrue(failure(Events.RUN).contains("nothing is published of it yet"));
    producer.beginTransaction();
    send(Topics.TRAINING, Events.RUN, Events.deleted().toByteArray());
    producer.commitTransaction();
    assertTrue(failure(Events.RUN).contains("was deleted"));
  }

  private String failure(String run) {
    return assertThrows(ReplayException.class, () -> Replay.of(reader, run)).getMessage();
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }
}
