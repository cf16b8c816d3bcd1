package dev.espalier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.kafka.DeadLetter;
import dev.espalier.kafka.Topics;
import dev.espalier.training.v1.TrainingEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Six wounds in one log: each is put aside with where it stood and why, and the run goes on. */
@ExtendWith(SharedSuite.class)
class DeadLettersIT {
  private static final String RUN = "wounded";
  private static final byte[] POISON = {(byte) 0xff, 1, 2};

  /** A record of the log and what becomes of it; an empty reason where it is folded. */
  private record Sent(byte[] value, String reason) {
    static Sent good(TrainingEvent.Builder event) {
      return bad(event, "");
    }

    static Sent bad(TrainingEvent.Builder event, String reason) {
      return new Sent(event.build().toByteArray(), reason);
    }
  }

  private record Letter(
      String topic, String partition, String offset, String reason, ByteString value) {}

  private static List<Sent> log() {
    TrainingEvent.Builder unknownGroup = SmallLog.units(RUN, 2);
    unknownGroup.getUnitSummaryBuilder().setGroupId("nobody");
    TrainingEvent.Builder notFinite = SmallLog.summary(RUN, 3);
    notFinite.getGradientSummaryBuilder().setMeanSquaredGradient(0, Double.NaN);
    TrainingEvent.Builder negative = SmallLog.summary(RUN, 4);
    negative.getGradientSummaryBuilder().setCount(0, -5);
    return List.of(
        Sent.good(SmallLog.started(RUN)),
        new Sent(POISON, "value is no TrainingEvent: Protocol message tag had invalid wire type."),
        Sent.good(SmallLog.summary(RUN, 1)),
        Sent.bad(unknownGroup, "unit_summary.group_id = \"nobody\": must be one of run_started"),
        Sent.bad(notFinite, "mean_squared_gradient[0] = NaN: must be from 0 to 1.0E100"),
        Sent.bad(negative, "count[0] = -5: must be at least 1"),
        Sent.good(SmallLog.summary(RUN, 9)),
        Sent.good(SmallLog.units(RUN, 10)),
        Sent.good(SmallLog.completed(RUN, 11)),
        Sent.bad(SmallLog.summary(RUN, 12), "sequence = 12: the run ended with event 11"));
  }

  @Test
  void eachIsPutAsideAndTheRunGoesOn() throws IOException {
    Bus bus = SharedSuite.get().bus();
    List<Sent> log = log();

    log.forEach(sent -> bus.send(Topics.TRAINING, RUN, sent.value()));

    String lastReason = log.getLast().reason();
    List<ConsumerRecord<String, byte[]>> letters =
        bus.read(
            Topics.deadLetters(Topics.TRAINING),
            RUN,
            letter -> lastReason.equals(Bus.header(letter, DeadLetter.REASON)));
    assertEquals(expected(bus, log), letters.stream().map(DeadLettersIT::letter).toList());

    List<ConsumerRecord<String, byte[]>> snapshots =
        bus.read(Topics.IMPORTANCE, RUN, Parsed::isFinal);
    ImportanceSnapshot last = Parsed.snapshot(snapshots.getLast());
    assertEquals(4, last.getRejectedEvents());
    assertEquals(7, last.getMissingEvents(), "the jump from 1 to 9");
    assertEquals(2, last.getSummaries());
    Ranking ranking = Ranking.parseFrom(bus.first(Topics.RANKINGS, RUN).value());
    assertEquals(7, ranking.getMissingEvents());

    String next = RUN + "-next";
    SmallLog.withUnits(next).forEach(event -> bus.send(Topics.TRAINING, next, event.toByteArray()));
    assertEquals(0, Ranking.parseFrom(bus.first(Topics.RANKINGS, next).value()).getMissingEvents());
  }

  /** The letters that the log calls for, with the places that the broker gave its records. */
  private static List<Letter> expected(Bus bus, List<Sent> log) {
    List<ConsumerRecord<byte[], byte[]>> records =
        bus.all(Topics.TRAINING).stream()
            .filter(record -> record.key() != null && RUN.equals(new String(record.key(), UTF_8)))
            .toList();
    assertEquals(log.size(), records.size());
    List<Letter> letters = new ArrayList<>();
    for (int i = 0; i < log.size(); i++) {
      ConsumerRecord<byte[], byte[]> record = records.get(i);
      assertEquals(ByteString.copyFrom(log.get(i).value()), ByteString.copyFrom(record.value()));
      if (!log.get(i).reason().isEmpty()) {
        letters.add(
            new Letter(
                Topics.TRAINING,
                Integer.toString(record.partition()),
                Long.toString(record.offset()),
                log.get(i).reason(),
                ByteString.copyFrom(record.value())));
      }
    }
    return letters;
  }

  private static Letter letter(ConsumerRecord<String, byte[]> record) {
    return new Letter(
        Bus.header(record, DeadLetter.TOPIC),
        Bus.header(record, DeadLetter.PARTITION),
        Bus.header(record, DeadLetter.OFFSET),
        Bus.header(record, DeadLetter.REASON),
        ByteString.copyFrom(record.value()));
  }
}
