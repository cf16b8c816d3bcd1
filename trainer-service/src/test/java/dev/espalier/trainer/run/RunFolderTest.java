package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.onnx.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path root;

  @Test
  void aClaimedFolderIsNotFree() throws IOException {
    folder("a").checkFree();

    folder("a").claim();

    folder("b").checkFree();
    assertThrows(RunRegistry.KnownException.class, () -> folder("a").checkFree());
    assertThrows(RunRegistry.KnownException.class, () -> folder("a").claim());
  }

  @Test
  void ofManyThatClaimOneSucceeds() {
    List<CompletableFuture<Boolean>> claims =
        IntStream.range(0, 32).mapToObj(i -> CompletableFuture.supplyAsync(this::claims)).toList();

    assertEquals(1, claims.stream().filter(CompletableFuture::join).count());
  }

  private boolean claims() {
    try {
      folder("same").claim();
      return true;
    } catch (RunRegistry.KnownException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunFolder folder(String runId) {
    return new RunFolder(new ModelStore(root), runId);
  }
}
