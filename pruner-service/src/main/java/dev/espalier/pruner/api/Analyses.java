package dev.espalier.pruner.api;

import com.google.rpc.Code;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.grpc.Errors;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.message.GraphMessages;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Reads models for requests, on worker threads, and turns what is wrong with them into errors. */
@Singleton
class Analyses {
  private final ModelFiles files;
  private final PruneFile pruneFile;
  private final Workers workers;

  Analyses(ModelFiles files, PruneFile pruneFile, Workers workers) {
    this.files = files;
    this.pruneFile = pruneFile;
    this.workers = workers;
  }

  /**
   * @return the model's graph; fails with INVALID_ARGUMENT, NOT_FOUND or RESOURCE_EXHAUSTED
   */
  Uni<DependencyGraph> graph(String model, String runId, Map<String, long[]> inputShapes) {
    return work(
        model,
        bytes ->
            GraphMessages.of(
                pruneFile.pruner().analyze(OnnxModel.parse(bytes), inputShapes).graph(),
                runId,
                OnnxModel.digest(bytes),
                model));
  }

  /**
   * @return the model's name in its shortest form, once it is known to be an ONNX file
   */
  Uni<String> check(String model) {
    return work(
        model,
        bytes -> {
          OnnxModel.parse(bytes);
          return files.store().name(files.store().resolve(model));
        });
  }

  private <T> Uni<T> work(String model, Function<byte[], T> task) {
    return Uni.createFrom()
        .item(() -> guarded(model, task))
        .runSubscriptionOn(workers.analyses())
        .onFailure(RejectedExecutionException.class)
        .transform(
            e ->
                Errors.error(
                    Code.RESOURCE_EXHAUSTED,
                    "TOO_MANY_ANALYSES",
                    "model",
                    model,
                    "too many analyses wait already; try again later"));
  }

  private <T> T guarded(String model, Function<byte[], T> task) {
    try (ModelFiles.Loaded loaded = files.load(model)) {
      return task.apply(loaded.bytes());
    } catch (ModelFiles.MissingException e) {
      throw Errors.notFound("model", model, e.getMessage() + "; put it there, or mend the name");
    } catch (OnnxException e) {
      throw Errors.invalid("model", model, e.getMessage());
    } catch (OutOfMemoryError e) {
      throw Errors.error(
          Code.RESOURCE_EXHAUSTED,
          "OUT_OF_MEMORY",
          "model",
          model,
          "the model does not fit into memory; start the pruner with a larger -Xmx");
    }
  }
}
