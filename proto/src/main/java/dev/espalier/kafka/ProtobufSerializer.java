package dev.espalier.kafka;

import com.google.protobuf.MessageLite;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a protobuf message as its bytes. */
public class ProtobufSerializer<T extends MessageLite> implements Serializer<T> {
  @Override
  public byte[] serialize(String topic, T message) {
    return message == null ? null : message.toByteArray();
  }
}
