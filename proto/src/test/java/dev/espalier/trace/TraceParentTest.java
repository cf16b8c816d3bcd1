package dev.espalier.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String HEADER = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void whatIsPrintedIsParsed() {
    for (int flags = 0; flags <= 255; flags++) {
      TraceParent span = new TraceParent(TRACE, SPAN, flags);

      assertEquals(Optional.of(span), TraceParent.parse(span.toString()));
      assertEquals(Optional.of(span), TraceParent.parse(span.toString().getBytes(UTF_8)));
    }
    assertEquals(HEADER, new TraceParent(TRACE, SPAN, 1).toString());
  }

  @Test
  void theLowestFlagSaysThatItIsRecorded() {
    assertTrue(new TraceParent(TRACE, SPAN, 3).sampled());
    assertFalse(new TraceParent(TRACE, SPAN, 2).sampled());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\u0661-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01"
      })
  void whatIsMalformedIsAbsent(String value) {
    assertEquals(Optional.empty(), TraceParent.parse(value));
    assertEquals(Optional.empty(), TraceParent.parse(value.getBytes(UTF_8)));
  }

  @Test
  void whatIsAbsentIsAbsent() {
    assertEquals(Optional.empty(), TraceParent.parse((byte[]) null));
    assertEquals(Optional.empty(), TraceParent.parse(new byte[1 << 20]));
  }

  @Test
  void badPartsAreNamed() {
    assertThrows(IllegalArgumentException.class, () -> new TraceParent("1", SPAN, 1));
    assertThrows(IllegalArgumentException.class, () -> new TraceParent(TRACE, "1", 1));
    assertThrows(IllegalArgumentException.class, () -> new TraceParent(TRACE, SPAN, 256));
  }
}
