package dev.espalier.local.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import dev.espalier.local.log.Events;
import dev.espalier.training.v1.RunFailed;
import dev.espalier.training.v1.TrainingEvent;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LogRecordTest {
  private static LogRecord record(byte[] value) {
    return LogRecord.of(new ConsumerRecord<>("topic", 3, 1L << 60, "run", value));
  }

  @Test
  void anEventComesBackFromItsJsonBitForBit() throws Exception {
    for (TrainingEvent event : Events.run(2, 4)) {
      String json = record(event.toByteArray()).json();

      TrainingEvent.Builder back = TrainingEvent.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(json, back);
      assertEquals(event, back.build());
      JsonNode object = new ObjectMapper().readTree(json);
      assertEquals(3, object.get("partition").asInt());
      assertEquals(Long.toString(1L << 60), object.get("offset").textValue());
      assertEquals(Long.toString(event.getSequence()), object.get("sequence").textValue());
    }
  }

  @Test
  void whatIsNoEventIsShownWithItsBytes() throws Exception {
    byte[] bytes = {(byte) 0xff, 1, 2};
    JsonNode object = new ObjectMapper().readTree(record(bytes).json());
    assertTrue(object.get("unreadable").asText().startsWith("value is no TrainingEvent: "));
    assertArrayEquals(bytes, object.get("value").binaryValue());
    assertTrue(record(null).json().contains("\"value\":null"));
    assertTrue(record(null).line().contains("unreadable  partition 3 offset 1152921504606846976"));
  }

  @Test
  void aLineHasSequenceTimeKindAndNumbers() {
    List<String> lines =
        Events.run(1, 4).stream().map(e -> record(e.toByteArray()).line()).toList();
    assertEquals(
        "      0  2023-11-14 22:13:20.005  started     made-up: 2 groups, 1 epochs of 3 batches,"
            + " seed 0, model",
        lines.getFirst());
    assertTrue(lines.get(1).contains("summary     epoch 0 batch 0: loss 0."), lines.get(1));
    assertTrue(lines.get(2).endsWith("epoch 0 batch 0: group a, 2 units from 0"), lines.get(2));
    assertTrue(lines.getLast().contains("completed   validation loss 0.0000"), lines.getLast());
  }

  @Test
  void textOfOthersDoesNotSteerTheTerminal() {
    TrainingEvent failed =
        TrainingEvent.newBuilder()
            .setRunFailed(RunFailed.newBuilder().setReason("bad\n\u001b[2Jthing"))
            .build();
    assertTrue(record(failed.toByteArray()).line().endsWith("bad  [2Jthing"));
  }
}
