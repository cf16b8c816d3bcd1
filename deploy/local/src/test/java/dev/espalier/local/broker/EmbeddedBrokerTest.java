package dev.espalier.local.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.kafka.Topics;
import dev.espalier.local.suite.Topology;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final int SECONDS = 30;

  @TempDir private Path folder;

  @Test
  void recordsOutliveTheBroker() throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port, controllerPort)) {
      Topology.create(broker.bootstrapServers(), SECONDS);
      Topology.create(broker.bootstrapServers(), SECONDS);
      send(broker.bootstrapServers(), "run", "record");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port, controllerPort)) {
      assertEquals("record", first(broker.bootstrapServers()));
      assertTrue(topics(broker.bootstrapServers()).contains(Topics.deadLetters(Topics.TRAINING)));
    }
  }

  private static void send(String servers, String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(Topics.TRAINING, key, value)).get();
    }
  }

  private static String first(String servers) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(Topics.TRAINING, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(SECONDS));
      return records.iterator().next().value();
    }
  }

  private static Set<String> topics(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      return admin.listTopics().names().get();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
