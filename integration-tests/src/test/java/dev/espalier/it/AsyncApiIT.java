package dev.espalier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.local.contract.AsyncApi;
import dev.espalier.local.contract.AsyncApi.Channel;
import dev.espalier.local.contract.DeclaredMessage;
import dev.espalier.pruning.v1.Pruning;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bus carries what {@code docs/asyncapi.yaml} says, and its topics are set so. */
@ExtendWith(SharedSuite.class)
class AsyncApiIT {
  private static final String RUN = "described";
  private static final String WITH_UNITS = "described-units";
  private static final byte[] POISON = {(byte) 0xff, (byte) 0xff, 7};

  private static final AsyncApi API = AsyncApi.of(SuiteUnderTest.PROJECT);
  private static Bus bus;
  private static String pruningId;

  @BeforeAll
  static void trainAndPrune() {
    SuiteUnderTest suite = SharedSuite.get();
    bus = suite.bus();
    Loop.train(suite.services(), Loop.smallRun(RUN, 1).build());
    Pruning pruning = Loop.prune(suite.services(), Loop.cut(0.3).setRunId(RUN).build());
    pruningId = pruning.getPruningId();
    SmallLog.withUnits(WITH_UNITS)
        .forEach(event -> bus.send(Topics.TRAINING, WITH_UNITS, event.toByteArray()));
    bus.first(Topics.RANKINGS, WITH_UNITS);
  }

  @Test
  void everyRecordHasItsKeyItsHeadersAndItsMessage() throws Exception {
    for (Channel channel : API.channels()) {
      if (!channel.isDeadLetters()) {
        List<ConsumerRecord<byte[], byte[]>> records =
            bus.all(channel.address()).stream().filter(AsyncApiIT::isOurs).toList();
        assertTrue(!records.isEmpty(), channel.address());
        for (ConsumerRecord<byte[], byte[]> record : records) {
          assertIs(channel.message(), record);
        }
      }
    }
  }

  @Test
  void whatCannotBeUsedComesToTheDeadLettersAsItWas() {
    for (Channel letters : API.channels()) {
      if (letters.isDeadLetters() && API.addresses("send").contains(letters.address())) {
        String topic = letters.address().replace(".dlq", "");
        bus.send(topic, RUN, POISON);
        ConsumerRecord<String, byte[]> letter = bus.first(letters.address(), RUN);
        assertEquals(List.of(), letters.message().faults(headers(letter)), topic);
        assertEquals(topic, Bus.header(letter, DeadLetter.TOPIC));
        assertEquals(ByteString.copyFrom(POISON), ByteString.copyFrom(letter.value()));
      }
    }
  }

  @Test
  void topicsAreSetAsDeclared() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bus.servers()))) {
      for (Channel channel : API.channels()) {
        String topic = channel.address();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config live =
            admin.describeConfigs(List.of(resource)).all().get(1, TimeUnit.MINUTES).get(resource);
        channel
            .settings()
            .forEach((name, value) -> assertEquals(value, live.get(name).value(), topic + name));
        assertEquals(
            channel.partitions(),
            admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get(1, TimeUnit.MINUTES)
                .get(topic)
                .partitions()
                .size(),
            topic);
      }
    }
  }

  /** Of this class's own doing; those of the hand-made log carry no headers on their way in. */
  private static boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), UTF_8);
    boolean madeHere =
        key.equals(RUN)
            || key.equals(pruningId)
            || key.startsWith(WITH_UNITS) && !record.topic().equals(Topics.TRAINING);
    return madeHere && !ByteString.copyFrom(record.value()).equals(ByteString.copyFrom(POISON));
  }

  private static void assertIs(DeclaredMessage message, ConsumerRecord<byte[], byte[]> record)
      throws Exception {
    String name = message.name();
    assertEquals(List.of(), message.faults(headers(record)), name);
    assertEquals(name, Bus.header(record, "ce_type"));
    assertTrue(message.acceptsKey(new String(record.key(), UTF_8)), name);
    Message parsed =
        Internal.getDefaultInstance(Class.forName("dev." + name).asSubclass(Message.class))
            .getParserForType()
            .parseFrom(record.value());
    assertTrue(parsed.getUnknownFields().asMap().isEmpty(), name);
  }

  private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
    Map<String, String> headers = new TreeMap<>();
    record.headers().forEach(header -> headers.put(header.key(), Bus.header(record, header.key())));
    return headers;
  }
}
