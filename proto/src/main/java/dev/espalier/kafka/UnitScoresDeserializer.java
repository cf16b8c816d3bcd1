package dev.espalier.kafka;

import dev.espalier.importance.v1.UnitScores;

public final class UnitScoresDeserializer extends ProtobufDeserializer<UnitScores> {
  public UnitScoresDeserializer() {
    super(UnitScores.parser());
  }
}
