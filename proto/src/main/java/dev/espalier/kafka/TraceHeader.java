package dev.espalier.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.espalier.trace.TraceParent;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The header of a record that names the span which the record belongs to. */
public final class TraceHeader {
  public static final String NAME = "traceparent";

  private TraceHeader() {}

  /** The newest of that name; empty where there is none or it is malformed. */
  public static Optional<TraceParent> of(Headers headers) {
    Header header = headers.lastHeader(NAME);
    return header == null ? Optional.empty() : TraceParent.parse(header.value());
  }

  /** The same as text, "" where there is none. */
  public static String text(Headers headers) {
    return of(headers).map(TraceParent::toString).orElse("");
  }

  /** Adds the header where there is a span to name. */
  public static Headers put(Headers headers, Optional<TraceParent> span) {
    span.ifPresent(parent -> headers.add(NAME, parent.toString().getBytes(ISO_8859_1)));
    return headers;
  }
}
