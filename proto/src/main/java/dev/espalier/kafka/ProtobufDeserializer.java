package dev.espalier.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a protobuf message from its bytes. */
public class ProtobufDeserializer<T extends MessageLite> implements Deserializer<T> {
  private final Parser<T> parser;

  protected ProtobufDeserializer(Parser<T> parser) {
    this.parser = parser;
  }

  /**
   * @throws SerializationException where the bytes are no such message
   */
  @Override
  public T deserialize(String topic, byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new SerializationException(
          "value of " + topic + " is not protobuf: " + e.getMessage(), e);
    }
  }
}
