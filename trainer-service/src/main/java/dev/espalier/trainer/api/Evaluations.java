package dev.espalier.trainer.api;

import dev.espalier.grpc.Errors;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.run.RunSettings;
import dev.espalier.trainer.tdmpc.PendulumJudge;
import dev.espalier.trainer.tdmpc.TdMpcSettings;
import dev.espalier.training.v1.EvaluateModelRequest;
import dev.espalier.training.v1.EvaluateModelResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets models show what they are worth. */
final class Evaluations {
  private static final int ALL_STARTS = 100;

  private final ModelStore store;

  Evaluations(ModelStore store) {
    this.store = store;
  }

  /**
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT where a field is out of its range or
   *     the model is none of the task's, NOT_FOUND where there is no such model
   */
  EvaluateModelResponse evaluate(EvaluateModelRequest request) {
    if (!request.getTask().equals(RunSettings.PENDULUM)) {
      throw Errors.invalid("task", request.getTask(), "only the pendulum's agents can be played");
    }
    int starts = request.getStarts() == 0 ? ALL_STARTS : request.getStarts();
    try {
      PendulumJudge.Judgement judgement =
          new PendulumJudge(TdMpcSettings.defaults()).judge(model(request.getModel()), starts);
      return EvaluateModelResponse.newBuilder()
          .setMeanReturn(judgement.meanReturn())
          .addAllReturns(judgement.returns())
          .setPlanningMs(judgement.planningMillis())
          .setParameters(judgement.parameters())
          .build();
    } catch (InvalidInput e) {
      throw Errors.invalid(e.field(), e.value(), e.remedy());
    } catch (OnnxException e) {
      throw Errors.invalid("model", request.getModel(), e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OnnxModel model(String name) throws IOException {
    Path file;
    try {
      file = store.resolve(name);
    } catch (IllegalArgumentException e) {
      throw Errors.invalid("model", name, e.getMessage());
    }
    if (!Files.isRegularFile(file)) {
      throw Errors.notFound("model", name, "no such file in the model store");
    }
    return OnnxModel.read(file);
  }
}
