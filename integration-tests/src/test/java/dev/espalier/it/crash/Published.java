package dev.espalier.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.it.Bus;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what the instances published, as any subscriber of the bus sees it. */
final class Published {
  private Published() {}

  static Outputs outputs(Bus bus) {
    Outputs outputs = new Outputs();
    for (String topic : List.of(Topics.IMPORTANCE, Topics.RANKINGS, Topics.UNITS)) {
      bus.all(topic).forEach(record -> outputs.add(topic, key(record), record.value()));
    }
    bus.all(Topics.SNAPSHOTS)
        .forEach(record -> outputs.replace(Topics.SNAPSHOTS, key(record), record.value()));
    bus.all(Topics.deadLetters(Topics.TRAINING))
        .forEach(
            record ->
                outputs.bury(
                    Bus.header(record, DeadLetter.TOPIC),
                    Integer.parseInt(Bus.header(record, DeadLetter.PARTITION)),
                    Long.parseLong(Bus.header(record, DeadLetter.OFFSET)),
                    Bus.header(record, DeadLetter.REASON),
                    record.key(),
                    record.value()));
    return outputs;
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8);
  }
}
