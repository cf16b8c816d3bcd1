package dev.espalier.kafka;

import dev.espalier.training.v1.TrainingEvent;

public final class TrainingEventDeserializer extends ProtobufDeserializer<TrainingEvent> {
  public TrainingEventDeserializer() {
    super(TrainingEvent.parser());
  }
}
