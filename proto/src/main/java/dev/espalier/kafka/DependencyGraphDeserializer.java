package dev.espalier.kafka;

import dev.espalier.graph.v1.DependencyGraph;

public final class DependencyGraphDeserializer extends ProtobufDeserializer<DependencyGraph> {
  public DependencyGraphDeserializer() {
    super(DependencyGraph.parser());
  }
}
