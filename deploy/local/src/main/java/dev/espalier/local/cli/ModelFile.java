package dev.espalier.local.cli;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.runtime.NativeCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A model that is worked on in this process.
 *
 * @param name as the user wrote it
 * @param model its content, external data included
 * @param digest SHA-256 of the file
 * @param bytes its size as one file
 */
record ModelFile(String name, OnnxModel model, String digest, long bytes) {
  /**
   * @throws CommandFailure where there is no such file
   * @throws dev.espalier.onnx.OnnxException where it is no model; says where
   */
  static ModelFile read(Path file) {
    Files.existing("MODEL", file);
    NativeCache.use();
    try {
      OnnxModel model = OnnxModel.read(file);
      long bytes = Math.max(java.nio.file.Files.size(file), model.proto().getSerializedSize());
      return new ModelFile(file.toString(), model, OnnxModel.digest(file), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
