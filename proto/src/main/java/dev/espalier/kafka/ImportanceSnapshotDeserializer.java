package dev.espalier.kafka;

import dev.espalier.importance.v1.ImportanceSnapshot;

public final class ImportanceSnapshotDeserializer extends ProtobufDeserializer<ImportanceSnapshot> {
  public ImportanceSnapshotDeserializer() {
    super(ImportanceSnapshot.parser());
  }
}
