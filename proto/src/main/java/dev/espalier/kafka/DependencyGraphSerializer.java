package dev.espalier.kafka;

import dev.espalier.graph.v1.DependencyGraph;

public final class DependencyGraphSerializer extends ProtobufSerializer<DependencyGraph> {}
