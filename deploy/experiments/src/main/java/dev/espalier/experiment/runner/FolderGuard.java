package dev.espalier.experiment.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second process out of a folder. It goes with the process, however that ends. */
final class FolderGuard implements AutoCloseable {
  private final FileChannel channel;

  private FolderGuard(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @param file of the lock; made where it is not there
   * @throws FolderException where somebody else has it
   */
  static FolderGuard take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderGuard(channel);
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw busy(file);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw busy(file);
  }

  private static FolderException busy(Path file) {
    return new FolderException(
        file.getParent() + " is in use by another run; wait for its end, or name another folder");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
