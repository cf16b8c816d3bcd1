package dev.espalier.pruner.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;

/**
 * Keeps ONNX Runtime's native libraries unpacked in a folder of the user's, where the library would
 * otherwise unpack them at each start of a process. The folder is named after the libraries'
 * checksums, belongs to the user and is open to no one else; its files are there whole or not at
 * all. Without such a folder, as on a read-only file system, ONNX Runtime unpacks as ever.
 */
public final class NativeCache {
  static final String PROPERTY = "onnxruntime.native.path";

  private static final String[] LIBRARIES = {"onnxruntime", "onnxruntime4j_jni"};
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path caches;

  /**
   * @param caches where programs keep what they can make again
   */
  NativeCache(Path caches) {
    this.caches = caches;
  }

  /**
   * Points ONNX Runtime to the user's cache; to be called before its first class is loaded, in a
   * process that loads it by one class loader: the JVM loads a library file only once.
   */
  public static void use() {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path home = Path.of(System.getProperty("user.home"));
    Path caches = xdg == null || xdg.isEmpty() ? home.resolve(".cache") : Path.of(xdg);
    new NativeCache(caches)
        .folder(platform())
        .ifPresent(folder -> System.setProperty(PROPERTY, folder.toString()));
  }

  /** ONNX Runtime's name of this machine's libraries, of none there are where there are none. */
  static String platform() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
    return (mac ? "osx-" : "linux-") + (arm ? "aarch64" : "x64");
  }

  /**
   * @return the folder with the libraries, unpacked now if need be; empty where there is no safe
   *     one
   */
  Optional<Path> folder(String platform) {
    try {
      JarEntry[] entries = new JarEntry[LIBRARIES.length];
      URL[] resources = new URL[LIBRARIES.length];
      StringBuilder name = new StringBuilder("onnxruntime-").append(platform);
      for (int i = 0; i < LIBRARIES.length; i++) {
        resources[i] =
            NativeCache.class.getResource(
                "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(LIBRARIES[i]));
        if (resources[i] == null
            || !(resources[i].openConnection() instanceof JarURLConnection jar)) {
          return Optional.empty();
        }
        entries[i] = jar.getJarEntry();
        name.append('-').append(Long.toHexString(entries[i].getCrc()));
      }
      Path folder = caches.resolve("espalier").resolve(name.toString());
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
      if (!safe(folder)) {
        return Optional.empty();
      }
      for (int i = 0; i < LIBRARIES.length; i++) {
        unpack(resources[i], entries[i], folder.resolve(System.mapLibraryName(LIBRARIES[i])));
      }
      return Optional.of(folder);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** True for a real folder that only this user can write. */
  private static boolean safe(Path folder) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    UserPrincipal user =
        folder
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
    return attributes.isDirectory()
        && attributes.permissions().equals(PRIVATE)
        && attributes.owner().equals(user);
  }

  private static void unpack(URL resource, JarEntry entry, Path file) throws IOException {
    // Its name is there only once it is whole, so that its size alone tells another library.
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == entry.getSize()) {
      return;
    }
    Path unpacked = Files.createTempFile(file.getParent(), "unpacking", "");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
      if (!whole(unpacked, entry)) {
        throw new FileSystemException(unpacked.toString(), null, "is not whole");
      }
      Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unpacked);
    }
  }

  private static boolean whole(Path file, JarEntry entry) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() != entry.getSize()) {
        return false;
      }
      CRC32 sum = new CRC32();
      sum.update(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      return sum.getValue() == entry.getCrc();
    }
  }
}
