package dev.espalier.local.suite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One thread of one command at a time changes the suite. */
final class SuiteLock {
  /** What is done while the lock is held. */
  interface Change<T> {
    T make() throws IOException;
  }

  private final Layout layout;
  private final Consumer<String> progress;
  private final ReentrantLock threads = new ReentrantLock();

  SuiteLock(Layout layout, Consumer<String> progress) {
    this.layout = layout;
    this.progress = progress;
  }

  /**
   * @param what the change in words, for the error
   * @throws SuiteException where the disk fails
   */
  <T> T holding(String what, Change<T> change) {
    threads.lock();
    try {
      Files.createDirectories(layout.home());
      try (FileChannel channel =
          FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          progress.accept("another espalier command");
          channel.lock();
        }
        return change.make();
      }
    } catch (IOException e) {
      throw new SuiteException("cannot " + what + ": " + e.getMessage(), e);
    } finally {
      threads.unlock();
    }
  }
}
