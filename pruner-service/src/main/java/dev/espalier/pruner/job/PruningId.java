package dev.espalier.pruner.job;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Ids such as {@code p-20261123-144501-ab12}: UTC time of the start, then four random digits. */
public final class PruningId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private PruningId() {}

  public static String make(Instant now, RandomGenerator random) {
    return "p-%s-%04x"
        .formatted(TIME.format(now.atOffset(ZoneOffset.UTC)), random.nextInt(1 << 16));
  }

  /** The time in an id, where it is one of ours. */
  static Optional<Instant> time(String id) {
    if (!id.matches("p-\\d{8}-\\d{6}-[0-9a-f]{4}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(id.substring(2, 17), TIME).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
