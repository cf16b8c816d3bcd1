package dev.espalier.importance.history;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TraceParentTest {
  private static final String VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static Headers headers(String value) {
    return new RecordHeaders().add("traceparent", value.getBytes(US_ASCII));
  }

  @Test
  void newestHeaderCounts() {
    assertEquals(
        VALID,
        TraceParent.of(
            headers(VALID.replace('4', '5')).add(headers(VALID).lastHeader("traceparent"))));
  }

  @Test
  void whatIsNoTraceContextIsLeftOut() {
    assertEquals("", TraceParent.of(new RecordHeaders()));
    assertEquals("", TraceParent.of(new RecordHeaders().add("traceparent", null)));
    assertEquals("", TraceParent.of(headers(VALID + "0")));
    assertEquals("", TraceParent.of(headers(VALID.replace('f', 'F'))));
  }
}
