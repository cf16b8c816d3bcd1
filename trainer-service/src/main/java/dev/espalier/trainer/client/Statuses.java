package dev.espalier.trainer.client;

import io.grpc.Status;

/** What a peer answered, in words. */
final class Statuses {
  private Statuses() {}

  static String words(Status status) {
    return status.getCode()
        + (status.getDescription() == null ? "" : ": " + status.getDescription());
  }
}
