package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {
  private final ModelStore store = new ModelStore(Path.of("/data/models"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../other",
        "runs/../../other",
        "/etc/passwd",
        "/data/models/m.onnx",
        "a/..",
        "./",
        "a\0b",
        "../models",
        "../models2/m.onnx"
      })
  void namesNeverLeaveTheStore(String name) {
    assertThrows(IllegalArgumentException.class, () -> store.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.onnx", "runs/r-1/model.onnx", "..m/..n", "runs/./r", "a/../m.onnx"})
  void otherNamesLieWithin(String name) {
    Path path = store.resolve(name);

    assertEquals(path, store.resolve(store.name(path)));
    assertEquals(store.root(), path.getRoot().resolve(path.subpath(0, 2)));
  }

  @Test
  void placesAreAgreed() {
    assertEquals("runs/r/initial.onnx", store.initialModel("r"));
    assertEquals("runs/r/model.onnx", store.trainedModel("r"));
    assertEquals("prunings/p/pruned.onnx", store.prunedModel("p"));
    assertEquals("prunings/p/report.json", store.report("p"));
    assertEquals("uploads/d.npz", store.upload("d", ".npz"));
  }
}
