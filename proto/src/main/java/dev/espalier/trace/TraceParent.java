package dev.espalier.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A span that others may belong to, as the W3C's {@code traceparent}, version 00. What is not
 * exactly of that form counts as absent.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all 0
 * @param spanId 16 of them, not all 0
 * @param flags 0 to 255
 */
public record TraceParent(String traceId, String spanId, int flags) {
  private static final int LENGTH = 55;
  private static final int SAMPLED = 1;
  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");
  private static final Pattern FORM =
      Pattern.compile("00-(" + TRACE_ID + ")-(" + SPAN_ID + ")-([0-9a-f]{2})");

  public TraceParent {
    check(TRACE_ID.matcher(traceId).matches(), "trace id", traceId);
    check(SPAN_ID.matcher(spanId).matches(), "span id", spanId);
    check(flags >= 0 && flags <= 0xff, "flags", flags);
  }

  /** What a header's value says; empty where it is null or malformed. */
  public static Optional<TraceParent> parse(byte[] value) {
    return value == null || value.length != LENGTH
        ? Optional.empty()
        : parse(new String(value, ISO_8859_1));
  }

  /** What a header's value says; empty where it is malformed. */
  public static Optional<TraceParent> parse(String value) {
    if (value.length() != LENGTH) {
      return Optional.empty();
    }
    Matcher parts = FORM.matcher(value);
    return parts.matches()
        ? Optional.of(
            new TraceParent(
                parts.group(1), parts.group(2), HexFormat.fromHexDigits(parts.group(3))))
        : Optional.empty();
  }

  /** Whether whoever made the span records it. */
  public boolean sampled() {
    return (flags & SAMPLED) != 0;
  }

  /** The header's value. */
  @Override
  public String toString() {
    return "00-" + traceId + "-" + spanId + "-" + HexFormat.of().toHexDigits((byte) flags);
  }

  private static void check(boolean valid, String what, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(what + " = \"" + value + "\": no such " + what);
    }
  }
}
