package dev.espalier.local.cli;

/** What the command line's exit codes mean. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_UP = 3;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
