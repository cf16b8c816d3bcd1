package dev.espalier.kafka;

import dev.espalier.importance.v1.Ranking;

public final class RankingDeserializer extends ProtobufDeserializer<Ranking> {
  public RankingDeserializer() {
    super(Ranking.parser());
  }
}
