package dev.espalier.trainer.run;

import dev.espalier.trainer.network.Torch;
import dev.espalier.training.v1.Provenance;

/** What a run runs on. */
final class Provenances {
  private Provenances() {}

  /**
   * @param version of Espalier
   */
  static Provenance of(String dataDigest, String modelDigest, String version) {
    return Provenance.newBuilder()
        .setDataDigest(dataDigest)
        .setModelDigest(modelDigest)
        .putVersions("espalier", version)
        .putVersions("java", Runtime.version().toString())
        .putAllVersions(Torch.versions())
        .setMachine(
            "%s %s, %s, %d processors"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch"),
                    Runtime.getRuntime().availableProcessors()))
        .build();
  }
}
