package dev.espalier.local.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal; elsewhere it is silent and lines tell the progress. */
final class Bar implements AutoCloseable {
  private static final int WIDTH = 100;

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Console console;
  private final ProgressBar bar;

  /**
   * @param console where it is shown
   * @param task what goes on
   * @param steps how many steps make it whole; 0 or less where that is not known
   */
  Bar(Console console, String task, long steps) {
    this(console, task, steps, 1, true);
  }

  /**
   * A bar that leaves it to its messages how long it will take.
   *
   * @param parts steps that make one of what is counted
   */
  static Bar withoutTime(Console console, String task, long steps, long parts) {
    return new Bar(console, task, steps, parts, false);
  }

  private Bar(Console console, String task, long steps, long parts, boolean time) {
    this.console = console;
    bar =
        console.terminal()
            ? builder(time)
                .setTaskName(task)
                .setInitialMax(steps > 0 ? steps : -1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit("", parts)
                .setUpdateIntervalMillis(200)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .build()
            : null;
  }

  private static ProgressBarBuilder builder(boolean time) {
    ProgressBarBuilder builder = new ProgressBarBuilder();
    return time ? builder : builder.hideEta();
  }

  void to(long step, String message) {
    if (bar != null) {
      bar.stepTo(step);
      bar.setExtraMessage(" " + message);
    }
  }

  /** A line about what goes on, above the bar. */
  void line(String line) {
    console.progress(bar == null ? line : CLEAR_LINE + line);
  }

  void of(long steps) {
    if (bar != null && steps > 0) {
      bar.maxHint(steps);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
