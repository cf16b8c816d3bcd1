package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.TrainingEvent;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class SerializersTest {
  private static final TrainingEvent EVENT =
      TrainingEvent.newBuilder()
          .setRunId("a")
          .setSequence(3)
          .setRunFailed(RunFailed.newBuilder().setReason("loss = NaN"))
          .build();

  @Test
  void aMessageSurvivesTheWay() {
    try (TrainingEventSerializer out = new TrainingEventSerializer();
        TrainingEventDeserializer in = new TrainingEventDeserializer()) {
      assertEquals(EVENT, in.deserialize(Topics.TRAINING, out.serialize(Topics.TRAINING, EVENT)));
      assertNull(in.deserialize(Topics.TRAINING, out.serialize(Topics.TRAINING, null)));
    }
  }

  @Test
  void bytesThatAreNoMessageNameTheTopic() {
    try (TrainingEventDeserializer in = new TrainingEventDeserializer()) {
      byte[] rubbish = {(byte) 0xff, (byte) 0xff, 1};
      SerializationException e =
          assertThrows(
              SerializationException.class, () -> in.deserialize(Topics.TRAINING, rubbish));
      assertTrue(e.getMessage().contains(Topics.TRAINING), e.getMessage());
    }
  }

  @Test
  void headersAreCloudEventsInBinaryMode() {
    Headers headers = CloudEvents.headers(EVENT, "/espalier/trainer", "a/3");
    assertEquals("1.0", text(headers, "ce_specversion"));
    assertEquals("espalier.training.v1.TrainingEvent", text(headers, "ce_type"));
    assertEquals("/espalier/trainer", text(headers, "ce_source"));
    assertEquals("a/3", text(headers, "ce_id"));
    assertEquals("application/protobuf", text(headers, "content-type"));
  }

  @Test
  void aDeadLetterSaysWhereItStoodAndWhy() {
    Headers headers = new DeadLetter(Topics.TRAINING, 2, 41, "loss = NaN: not finite").headers();
    assertEquals("loss = NaN: not finite", text(headers, DeadLetter.REASON));
    assertEquals(Topics.TRAINING, text(headers, DeadLetter.TOPIC));
    assertEquals("2", text(headers, DeadLetter.PARTITION));
    assertEquals("41", text(headers, DeadLetter.OFFSET));
  }

  private static String text(Headers headers, String key) {
    return new String(headers.lastHeader(key).value(), UTF_8);
  }
}
