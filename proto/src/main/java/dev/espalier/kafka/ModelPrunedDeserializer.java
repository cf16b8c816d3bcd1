package dev.espalier.kafka;

import dev.espalier.pruning.v1.ModelPruned;

public final class ModelPrunedDeserializer extends ProtobufDeserializer<ModelPruned> {
  public ModelPrunedDeserializer() {
    super(ModelPruned.parser());
  }
}
