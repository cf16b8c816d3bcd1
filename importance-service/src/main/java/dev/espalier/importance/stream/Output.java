package dev.espalier.importance.stream;

import com.google.protobuf.Message;
import dev.espalier.kafka.CloudEvents;
import dev.espalier.kafka.TraceHeader;
import dev.espalier.trace.TraceParent;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What one event gives to publish.
 *
 * @param event its record
 * @param span of its fold, which the headers name; empty where it is not traced
 */
record Output(
    ProcessorContext<byte[], byte[]> context,
    Record<byte[], byte[]> event,
    Optional<TraceParent> span) {
  private static final String SOURCE = "/espalier/importance";

  void send(byte[] key, Message payload, String id, String sink) {
    Headers headers = TraceHeader.put(CloudEvents.headers(payload, SOURCE, id), span);
    context.forward(new Record<>(key, payload.toByteArray(), event.timestamp(), headers), sink);
  }
}
