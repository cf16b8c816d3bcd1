package dev.espalier.kafka;

import dev.espalier.importance.v1.ImportanceSnapshot;

public final class ImportanceSnapshotSerializer extends ProtobufSerializer<ImportanceSnapshot> {}
