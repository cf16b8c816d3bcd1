package dev.espalier.kafka;

import dev.espalier.importance.v1.Ranking;

public final class RankingSerializer extends ProtobufSerializer<Ranking> {}
