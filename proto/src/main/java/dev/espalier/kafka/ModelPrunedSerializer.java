package dev.espalier.kafka;

import dev.espalier.pruning.v1.ModelPruned;

public final class ModelPrunedSerializer extends ProtobufSerializer<ModelPruned> {}
