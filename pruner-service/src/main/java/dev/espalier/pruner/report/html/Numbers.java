package dev.espalier.pruner.report.html;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {
  private static final String NONE = "–";
  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Numbers() {}

  /** 1,100,112. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** "1 unit", "2 units". */
  static String count(long value, String thing) {
    return count(value) + " " + thing + (value == 1 ? "" : "s");
  }

  /** 4.41 MB, in steps of 1,000. */
  static String bytes(long value) {
    double rest = value;
    int unit = 0;
    while (rest >= 999.5 && unit < BYTES.length - 1) {
      rest /= 1000;
      unit++;
    }
    return (unit == 0 ? count(value) : significant(rest)) + " " + BYTES[unit];
  }

  /** 0.219 ms. */
  static String milliseconds(double value) {
    return significant(value) + " ms";
  }

  /** Three significant digits: 0.273, 12.3, 1,230, 1.20e-7. */
  static String significant(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
    }
    if (value == 0) {
      return "0";
    }
    String[] parts = String.format(Locale.ROOT, "%.2e", value).split("e");
    int exponent = Integer.parseInt(parts[1]);
    if (exponent < -3 || exponent >= 9) {
      return minus(parts[0] + "e" + exponent);
    }
    int decimals = Math.max(0, 2 - exponent);
    return minus(String.format(Locale.ROOT, "%,." + decimals + "f", value));
  }

  /** As few digits as say it, at most three: 0.02, 1e-4. */
  static String round(double value) {
    String number = significant(value);
    return number.contains(".") ? number.replaceFirst("\\.?0+(?=e|$)", "") : number;
  }

  /** 50.0 %. */
  static String percent(double share) {
    if (!Double.isFinite(share)) {
      return NONE;
    }
    double shown = Math.abs(share) < 0.0005 ? 0 : share;
    return minus(String.format(Locale.ROOT, "%.1f %%", 100 * shown));
  }

  /** −50.0 % from 2 to 1; a dash where there was nothing. */
  static String change(double before, double after) {
    double change = after / before - 1;
    return (change > 0.0005 ? "+" : "") + percent(change);
  }

  /** The part of a whole in percent for a style or a length, from 0 to 100; 0 of nothing. */
  static String part(double part, double whole) {
    double share = whole > 0 && part > 0 ? Math.min(1, part / whole) : 0;
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }

  /** A coordinate. */
  static String at(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String minus(String number) {
    return number.startsWith("-") ? "−" + number.substring(1) : number;
  }
}
