package dev.espalier.kafka;

import dev.espalier.training.v1.TrainingEvent;

public final class TrainingEventSerializer extends ProtobufSerializer<TrainingEvent> {}
