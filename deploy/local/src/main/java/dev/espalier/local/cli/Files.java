package dev.espalier.local.cli;

import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Brings files into the model store and out of it.
 *
 * @param store the store that the services share
 */
record Files(ModelStore store) {
  Path stored(String name) {
    return store.resolve(name);
  }

  /**
   * Copies a file of the store to where the user wants it.
   *
   * @return where it lies now, absolute
   */
  Path copy(String name, Path target) {
    try {
      Path absolute = target.toAbsolutePath().normalize();
      java.nio.file.Files.createDirectories(absolute.getParent());
      java.nio.file.Files.copy(store.resolve(name), absolute, StandardCopyOption.REPLACE_EXISTING);
      return absolute;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies a user's model into the store.
   *
   * @return its name there
   */
  String upload(Path model) {
    try {
      byte[] bytes = java.nio.file.Files.readAllBytes(model);
      String name = store.upload(OnnxModel.digest(bytes));
      AtomicFile.write(store.resolve(name), bytes);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
