package dev.espalier.pruner.api;

import com.google.rpc.Code;
import dev.espalier.grpc.Errors;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.SensitivityFile;
import dev.espalier.pruner.calibration.Calibration;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.job.ModelFiles;
import dev.espalier.pruner.job.Orders;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.message.SensitivityMessages;
import dev.espalier.pruner.plan.PlanException;
import dev.espalier.pruner.search.Sensitivity;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.AnalyzeSensitivityResponse;
import dev.espalier.pruning.v1.StartPruningRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;

/** Measures sensitivities for requests, on worker threads; one whose caller hung up ends early. */
@Singleton
class Sensitivities {
  private final ModelFiles files;
  private final PruneFile pruneFile;
  private final Workers workers;

  Sensitivities(ModelFiles files, PruneFile pruneFile, Workers workers) {
    this.files = files;
    this.pruneFile = pruneFile;
    this.workers = workers;
  }

  Multi<AnalyzeSensitivityResponse> measure(AnalyzeSensitivityRequest request) {
    List<Double> shares =
        Requests.checked(() -> SensitivityMessages.shares(request.getSharesList()));
    StartPruningRequest order = Requests.checked(() -> SensitivityMessages.order(request));
    return Multi.createFrom()
        .<AnalyzeSensitivityResponse>emitter(
            emitter -> {
              Interruptible work = new Interruptible(() -> guarded(order, shares, emitter));
              emitter.onTermination(work::cancel);
              workers.prunings().execute(work::run);
            },
            BackPressureStrategy.LATEST)
        .onFailure(RejectedExecutionException.class)
        .transform(
            e ->
                Errors.error(
                    Code.RESOURCE_EXHAUSTED,
                    "TOO_MANY_PRUNINGS",
                    "model",
                    order.getModel(),
                    "too many prunings wait already; try again later"));
  }

  private void guarded(
      StartPruningRequest order,
      List<Double> shares,
      MultiEmitter<? super AnalyzeSensitivityResponse> emitter) {
    try (ModelFiles.Loaded loaded = files.load(order.getModel())) {
      emitter.emit(measure(order, shares, loaded.bytes(), emitter));
      emitter.complete();
    } catch (ModelFiles.MissingException e) {
      emitter.fail(Errors.notFound("model", order.getModel(), e.getMessage() + "; put it there"));
    } catch (OnnxException | PlanException e) {
      emitter.fail(Errors.invalid("model", order.getModel(), e.getMessage()));
    } catch (CancellationException e) {
      emitter.complete();
    } catch (OutOfMemoryError e) {
      emitter.fail(
          Errors.error(
              Code.RESOURCE_EXHAUSTED,
              "OUT_OF_MEMORY",
              "model",
              order.getModel(),
              "model and data do not fit into memory; start the pruner with a larger -Xmx"));
    } catch (Exception | Error e) {
      emitter.fail(e);
    }
  }

  /** The data, found to suit the model. */
  private Calibration calibration(String name, OnnxModel model) {
    try {
      Calibration calibration = files.calibration(name);
      calibration.of(model);
      return calibration;
    } catch (ModelFiles.MissingException e) {
      throw Errors.notFound("calibration", name, e.getMessage() + "; put it there");
    } catch (OnnxException e) {
      throw Errors.invalid("calibration", name, e.getMessage());
    }
  }

  private AnalyzeSensitivityResponse measure(
      StartPruningRequest order,
      List<Double> shares,
      byte[] bytes,
      MultiEmitter<? super AnalyzeSensitivityResponse> emitter)
      throws ModelFiles.MissingException, IOException {
    OnnxModel model = OnnxModel.parse(bytes);
    Map<String, long[]> inputShapes = OrderMessages.inputShapes(order.getInputShapesMap());
    Traced traced = pruneFile.pruner().analyze(model, inputShapes);
    Calibration calibration = calibration(order.getCalibration(), traced.prepared().original());
    int groups = Sensitivity.count(traced.graph());
    String digest = OnnxModel.digest(bytes);
    String name = files.store().sensitivity(digest);
    Path file = files.store().resolve(name);
    Sensitivity sensitivity =
        new SensitivityFile(pruneFile.clock(), pruneFile.version())
            .measure(
                new SensitivityFile.Task(
                    order.getModel(),
                    digest,
                    shares,
                    Orders.score(order, List.of(), Optional.of(calibration)),
                    Orders.scoreName(order),
                    calibration,
                    order.getCalibration()),
                traced,
                file.getParent(),
                done -> progress(done, groups, emitter));
    return AnalyzeSensitivityResponse.newBuilder()
        .setGroupsDone(groups)
        .setGroups(groups)
        .setSensitivity(SensitivityMessages.of(sensitivity))
        .setReport(name)
        .setReportHtml(files.store().name(file.resolveSibling("sensitivity.html")))
        .build();
  }

  private static void progress(
      int done, int groups, MultiEmitter<? super AnalyzeSensitivityResponse> emitter) {
    if (emitter.isCancelled()) {
      throw new CancellationException("the caller hung up");
    }
    emitter.emit(
        AnalyzeSensitivityResponse.newBuilder().setGroupsDone(done).setGroups(groups).build());
  }
}
