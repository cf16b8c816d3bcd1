package dev.espalier.trainer.run;

import com.google.protobuf.ByteString;
import dev.espalier.graph.v1.Group;
import dev.espalier.graph.v1.Slice;
import dev.espalier.onnx.ModelStore;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.KeptIndices;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.ModelSize;
import dev.espalier.pruning.v1.Target;
import dev.espalier.training.v1.Milestone;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Cuts the hidden layer by hand.
 *
 * @param stays which units do, by their number before the cut
 */
record HiddenCuts(ModelStore store, IntPredicate stays) implements CutSource {
  static final CutSource NONE =
      (request, longest) ->
          CompletableFuture.failedFuture(new IllegalStateException("there is no pruner"));

  /** Milestones after epoch 1, 2, ... */
  static StartRunRequest.Builder milestones(StartRunRequest.Builder request, int count) {
    for (int epochs = 1; epochs <= count; epochs++) {
      request.addMilestones(
          Milestone.newBuilder()
              .setAfterEpochs(epochs)
              .setTarget(Target.newBuilder().setParametersShare(0.3)));
    }
    return request;
  }

  @Override
  public CompletableFuture<CutRunResponse> cut(CutRunRequest request, Duration longest) {
    try {
      return CompletableFuture.completedFuture(cut(request));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CutRunResponse cut(CutRunRequest request) throws IOException {
    OnnxModel large = OnnxModel.read(store.resolve(request.getModel()));
    Group group = request.getGraph().getGroups(0);
    int[] stay = IntStream.range(0, group.getUnits()).filter(stays).toArray();
    byte[] bits = new byte[(group.getUnits() + 7) / 8];
    IntStream.of(stay).forEach(unit -> bits[unit / 8] |= (byte) (1 << unit % 8));
    List<Tensor> tensors = new ArrayList<>();
    CutRunResponse.Builder response = CutRunResponse.newBuilder();
    Group.Builder after = group.toBuilder().setUnits(stay.length).clearSlices();
    List<Integer> places = IntStream.range(0, stay.length).boxed().toList();
    for (Slice slice : group.getSlicesList()) {
      Tensor tensor = large.initializers().get(slice.getInitializer());
      tensors.add(tensor.select(Map.of(slice.getAxis(), stay)));
      after.addSlices(slice.toBuilder().clearIndex().addAllIndex(places));
      if (stay.length < group.getUnits()) {
        response.addKept(
            KeptIndices.newBuilder()
                .setInitializer(slice.getInitializer())
                .setAxis(slice.getAxis())
                .addAllIndex(IntStream.of(stay).boxed().toList()));
      }
    }
    after.setParameters(stay.length * (784L + 1 + 256));
    OnnxModel small = large.withInitializers(tensors);
    String id = request.getRunId() + "-" + request.getAfterEpochs();
    String name = store.prunedModel(id);
    small.write(store.resolve(name));
    return response
        .setResult(
            ModelPruned.newBuilder()
                .setPruningId(id)
                .setPrunedModel(name)
                .setPrunedModelDigest(small.digest())
                .setBefore(ModelSize.newBuilder().setParameters(large.parameters()))
                .setAfter(ModelSize.newBuilder().setParameters(small.parameters())))
        .setGraph(request.getGraph().toBuilder().setModelDigest(small.digest()).setGroups(0, after))
        .addKeptUnits(stay.length < group.getUnits() ? ByteString.copyFrom(bits) : ByteString.EMPTY)
        .build();
  }
}
