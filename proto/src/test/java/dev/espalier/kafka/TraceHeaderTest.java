package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.trace.TraceParent;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TraceHeaderTest {
  private static final TraceParent SPAN =
      new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 1);

  private static Headers headers(String value) {
    return new RecordHeaders().add(TraceHeader.NAME, value.getBytes(US_ASCII));
  }

  @Test
  void theNewestHeaderCounts() {
    Headers headers = headers(SPAN.toString().replace('4', '5'));

    TraceHeader.put(headers, Optional.of(SPAN));

    assertEquals(Optional.of(SPAN), TraceHeader.of(headers));
    assertEquals(SPAN.toString(), TraceHeader.text(headers));
  }

  @Test
  void whereThereIsNoSpanThereIsNoHeader() {
    assertEquals(new RecordHeaders(), TraceHeader.put(new RecordHeaders(), Optional.empty()));
    assertEquals("", TraceHeader.text(new RecordHeaders()));
  }

  @Test
  void whatIsNoTraceContextIsLeftOut() {
    assertEquals("", TraceHeader.text(new RecordHeaders().add(TraceHeader.NAME, null)));
    assertEquals("", TraceHeader.text(headers(SPAN + "0")));
    assertEquals("", TraceHeader.text(headers(SPAN.toString().replace('f', 'F'))));
  }
}
