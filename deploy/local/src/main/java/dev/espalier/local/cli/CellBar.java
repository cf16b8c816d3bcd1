package dev.espalier.local.cli;

import dev.espalier.experiment.runner.Progress;
import java.util.Locale;
import java.util.OptionalDouble;

/** The progress of an experiment: a bar on a terminal, elsewhere a line for each cell. */
final class CellBar implements Progress, AutoCloseable {
  private static final int PARTS = 1000;
  private static final double MINUTE = 60;
  private static final double HOUR = 3600;

  private final Console console;
  private final Bar bar;
  private int told;

  CellBar(Console console, int cells) {
    this.console = console;
    bar = Bar.withoutTime(console, "cells", (long) cells * PARTS, PARTS);
  }

  @Override
  public void at(State state) {
    String left = state.done() == state.all() ? "" : left(state.secondsLeft());
    bar.to(Math.round(state.share() * state.all() * PARTS), left);
    if (!console.terminal() && state.done() > told) {
      told = state.done();
      console.progress(
          "%d of %d cells%s".formatted(told, state.all(), left.isEmpty() ? "" : ", " + left));
    }
  }

  @Override
  public void note(String note) {
    bar.line("note: " + note);
  }

  /** Time as a person says it: {@code about 3 min left}. */
  static String left(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return "";
    }
    double left = seconds.getAsDouble();
    if (left < 2 * MINUTE) {
      return "about %d s left".formatted(Math.round(left));
    }
    return left < 2 * HOUR
        ? "about %d min left".formatted(Math.round(left / MINUTE))
        : String.format(Locale.ROOT, "about %.1f h left", left / HOUR);
  }

  @Override
  public void close() {
    bar.close();
  }
}
