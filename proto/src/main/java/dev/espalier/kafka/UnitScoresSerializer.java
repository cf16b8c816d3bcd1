package dev.espalier.kafka;

import dev.espalier.importance.v1.UnitScores;

public final class UnitScoresSerializer extends ProtobufSerializer<UnitScores> {}
