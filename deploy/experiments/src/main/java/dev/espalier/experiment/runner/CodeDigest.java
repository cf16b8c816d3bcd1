package dev.espalier.experiment.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.experiment.Experiment;
import dev.espalier.importance.fold.RunFold;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Pruner;
import dev.espalier.trainer.run.TrainingRun;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the code that makes results apart by what is in it, whatever it was built from. */
public final class CodeDigest {
  /** One class of each part of Espalier that results come from. */
  private static final List<Class<?>> PARTS =
      List.of(Experiment.class, TrainingRun.class, RunFold.class, Pruner.class, OnnxModel.class);

  private CodeDigest() {}

  /**
   * SHA-256 over the classes of what trains, weighs, cuts and reports in this process, and over the
   * names of the libraries on its class path. The same sources built again give the same.
   *
   * @return 64 hexadecimal digits
   */
  public static String here() throws IOException {
    MessageDigest digest = DataDigest.sha256();
    for (Class<?> part : PARTS) {
      digest.update((of(place(part)) + "\n").getBytes(UTF_8));
    }
    digest.update(libraries(System.getProperty("java.class.path", "")).getBytes(UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Names of the jars, which have versions in them; not where they lie, nor their order. */
  static String libraries(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).getFileName())
        .filter(name -> name != null && name.toString().endsWith(".jar"))
        .map(Path::toString)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static Path place(Class<?> part) {
    try {
      return Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(part + " lies nowhere", e);
    }
  }

  /**
   * SHA-256 over names, sizes and contents of the classes, in the order of their names.
   *
   * @param code jar or folder of classes
   */
  static String of(Path code) throws IOException {
    if (Files.isDirectory(code)) {
      return ofClasses(code);
    }
    try (FileSystem jar = FileSystems.newFileSystem(code)) {
      return ofClasses(jar.getPath("/"));
    }
  }

  private static String ofClasses(Path root) throws IOException {
    SortedMap<String, Path> classes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .forEach(file -> classes.put(name(root, file), file));
    }
    MessageDigest digest = DataDigest.sha256();
    for (var named : classes.entrySet()) {
      byte[] bytes = Files.readAllBytes(named.getValue());
      digest.update((named.getKey() + "\n" + bytes.length + "\n").getBytes(UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
