package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private final DeadLetter letter = new DeadLetter("t", 1, 41, "why");

  @Test
  void theRecordsOwnHeadersStayAndOldReasonsAreReplaced() {
    Headers own = new RecordHeaders().add("ce_id", new byte[] {1});
    new DeadLetter("earlier", 0, 1, "old").headers().forEach(own::add);

    DeadLetter.Copy copy = letter.copy(new byte[] {2}, new byte[] {3}, own);

    assertArrayEquals(new byte[] {3}, copy.value());
    assertEquals(5, copy.headers().toArray().length);
    assertEquals("why", new String(copy.headers().lastHeader(DeadLetter.REASON).value(), UTF_8));
    assertEquals("old", new String(own.lastHeader(DeadLetter.REASON).value(), UTF_8));
  }

  @Test
  void whatTheBrokerWouldNotTakeIsLeftOut() {
    Headers own = new RecordHeaders().add("h", new byte[DeadLetter.LARGEST_COPY]);

    DeadLetter.Copy copy = letter.copy(null, null, own);

    assertNull(copy.value());
    assertNull(copy.headers().lastHeader("h"));
    String reason = new String(copy.headers().lastHeader(DeadLetter.REASON).value(), UTF_8);
    assertTrue(reason.startsWith("why (too large to copy: 1000001 bytes"), reason);
  }
}
