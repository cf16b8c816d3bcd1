package dev.espalier.importance.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The W3C trace context of a record. */
public final class TraceParent {
  private static final String HEADER = "traceparent";
  private static final int LENGTH = 55;
  private static final Pattern VALID =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceParent() {}

  /** The newest {@code traceparent} header; empty where there is none, or none of its form. */
  public static String of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null || header.value().length != LENGTH) {
      return "";
    }
    String value = new String(header.value(), US_ASCII);
    return VALID.matcher(value).matches() ? value : "";
  }
}
