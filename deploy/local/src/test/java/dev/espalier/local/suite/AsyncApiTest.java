package dev.espalier.local.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.local.contract.AsyncApi;
import dev.espalier.local.contract.AsyncApi.Channel;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** The description of the bus says what the contracts and the suite are. */
class AsyncApiTest {
  private final AsyncApi api = AsyncApi.of(Path.of("../.."));

  private record Shape(int partitions, Map<String, String> settings) {}

  @Test
  void isOfVersionThreeAndHangsTogether() {
    assertEquals("3.0.0", api.version());
    assertEquals(List.of(), api.brokenReferences());
  }

  @Test
  void describesEveryTopicOfTheContracts() throws IllegalAccessException {
    Set<String> constants = new TreeSet<>();
    for (Field field : Topics.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        constants.add((String) field.get(null));
      }
    }

    assertEquals(
        constants,
        api.channels().stream()
            .filter(channel -> !channel.isDeadLetters())
            .map(Channel::address)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void describesTheTopicsAsTheSuiteCreatesThem() {
    Map<String, Shape> created = new TreeMap<>();
    for (NewTopic topic : Topology.topics()) {
      created.put(topic.name(), new Shape(topic.numPartitions(), topic.configs()));
    }
    Map<String, Shape> described = new TreeMap<>();
    for (Channel channel : api.channels()) {
      described.put(channel.address(), new Shape(channel.partitions(), channel.settings()));
    }

    assertEquals(created, described);
  }

  @Test
  void namesMessagesOfTheContracts() throws ReflectiveOperationException {
    for (Channel channel : api.channels()) {
      if (channel.isDeadLetters()) {
        continue;
      }
      String name = channel.message().name();
      Message known =
          Internal.getDefaultInstance(Class.forName("dev." + name).asSubclass(Message.class));
      assertEquals(name, known.getDescriptorForType().getFullName());
      assertEquals("application/protobuf", channel.message().contentType(), name);
      assertTrue(channel.message().declaresKey(), name);
    }
  }

  @Test
  void declaresTheHeadersOfDeadLetters() {
    Map<String, String> headers = new TreeMap<>();
    new DeadLetter(Topics.TRAINING, 3, 12, "too late")
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value())));
    for (Channel channel : api.channels()) {
      if (channel.isDeadLetters()) {
        assertEquals(List.of(), channel.message().faults(headers));
        assertEquals(4, channel.message().faults(Map.of()).size());
      }
    }
  }

  @Test
  void someServiceSendsToEveryTopic() {
    Set<String> unsent =
        api.channels().stream()
            .filter(channel -> !channel.isDeadLetters())
            .map(Channel::address)
            .collect(Collectors.toCollection(TreeSet::new));
    unsent.removeAll(api.addresses("send"));
    assertEquals(Set.of(), unsent);
  }
}
