package dev.espalier.experiment.report;

import dev.espalier.experiment.Findings.Outcome;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as people read them. */
final class Shown {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Shown() {}

  /** A table's value; doubles with four significant digits. */
  static String value(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? "yes" : "no";
      case Long number -> whole(number);
      case Double number -> number(number);
      default -> String.valueOf(value);
    };
  }

  /** 0.2731, 12.3, 1230, 12,350, 1.2e-7: no digits beyond the fourth, and no zeros at the end. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    String text;
    if (exponent < -4 || exponent > 8) {
      text = rounded.movePointLeft(exponent).toPlainString() + "e" + exponent;
    } else if (exponent > 3) {
      text = String.format(Locale.ROOT, "%,d", rounded.toBigInteger());
    } else {
      text = rounded.toPlainString();
    }
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }

  /** Digits in groups from five on. */
  static String whole(long number) {
    String text =
        Math.abs((double) number) < 10_000
            ? Long.toString(number)
            : String.format(Locale.ROOT, "%,d", number);
    return text.replace('-', '−');
  }

  static String count(long number, String thing) {
    return whole(number) + " " + thing + (number == 1 ? "" : "s");
  }

  static String time(Instant time) {
    return TIME.format(time);
  }

  /** 3 h 5 min, 4 min 10 s, 12 s. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds >= 3600) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
  }

  static String outcome(Outcome outcome) {
    return switch (outcome) {
      case CONFIRMED -> "confirmed";
      case NOT_CONFIRMED -> "not confirmed";
      case DEPENDS -> "depends";
      case OPEN -> "open";
    };
  }
}
