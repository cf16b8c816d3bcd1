package dev.espalier.pruner.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.espalier.pruner.Networks;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.Pruning;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.pruning.v1.PruningState;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Model files that are no models, through the service: refused with a place, others served. */
@QuarkusTest
@QuarkusTestResource(ServiceResource.class)
class BadModelServiceTest extends ServiceBase {
  private static final ModelProto GOOD = Networks.autoencoder(6, 8, 4, 1).proto();
  private static final int WEIGHT = 0;

  /** By file content, what the refusal has to say. */
  private static Map<byte[], String> bad() {
    Map<byte[], String> bad = new LinkedHashMap<>();
    byte[] good = GOOD.toByteArray();
    bad.put("this is no model".getBytes(UTF_8), "not an ONNX");
    bad.put(new byte[0], "not an ONNX");
    bad.put(Arrays.copyOf(good, good.length / 2), "not an ONNX");
    bad.put(graph(g -> g.getNodeBuilder(0).setInput(0, "zs")), "node 0");
    bad.put(graph(g -> g.removeInitializer(WEIGHT)), "\"encoder.0.weight\" is never made");
    bad.put(weight(t -> t.setDims(0, 7)), "encoder.0.weight");
    bad.put(weight(t -> t.setDims(0, 6).setDims(1, 8)), "/encoder/0/Gemm");
    bad.put(weight(t -> t.setDims(0, -8)), "encoder.0.weight");
    bad.put(weight(t -> t.setDims(0, 1L << 62).setDims(1, 1L << 62)), "encoder.0.weight");
    bad.put(
        weight(t -> t.setDims(0, 1 << 29).clearRawData().setRawData(ByteString.EMPTY)),
        "encoder.0.weight");
    for (String place : new String[] {"../secret.bin", "/etc/passwd", "a/../../secret.bin"}) {
      bad.put(weight(t -> external(t, place)), "encoder.0.weight");
    }
    bad.put(input(-5), "graph input \"x\"");
    bad.put(input(1L << 40), "graph input \"x\"");
    bad.put(opset(999), "999");
    bad.put(opset(-1), "Gemm");
    bad.put(graph(g -> g.clearInput()), "\"x\" is never made");
    return bad;
  }

  private static byte[] graph(Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = GOOD.toBuilder();
    change.accept(model.getGraphBuilder());
    return model.build().toByteArray();
  }

  private static byte[] weight(Consumer<TensorProto.Builder> change) {
    return graph(graph -> change.accept(graph.getInitializerBuilder(WEIGHT)));
  }

  private static void external(TensorProto.Builder tensor, String place) {
    tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalDataBuilder().setKey("location").setValue(place);
  }

  private static byte[] input(long length) {
    return graph(
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(0)
                .setDimValue(length));
  }

  private static byte[] opset(long version) {
    ModelProto.Builder model = GOOD.toBuilder();
    model.getOpsetImportBuilder(0).setVersion(version);
    return model.build().toByteArray();
  }

  private static AnalyzeModelRequest analysis(String name) {
    return AnalyzeModelRequest.newBuilder().setModel(name).build();
  }

  @Test
  void eachIsRefusedWithItsPlaceWhileAGoodOneIsServed() throws Exception {
    Files.createDirectories(root.resolve("bad"));
    Files.write(root.resolve("bad/good.onnx"), GOOD.toByteArray());
    int number = 0;
    for (Map.Entry<byte[], String> bad : bad().entrySet()) {
      String name = "bad/" + number++ + ".onnx";
      Files.write(root.resolve(name), bad.getKey());
      var meanwhile =
          PruningServiceGrpc.newFutureStub(channel).analyzeModel(analysis("bad/good.onnx"));

      String message = assertInvalid("model", () -> service.analyzeModel(analysis(name)));

      assertTrue(message.contains(bad.getValue()), bad.getValue() + " not in: " + message);
      assertEquals(2, meanwhile.get().getGraph().getGroupsCount());
      assertNotPruned(name, bad.getValue());
    }
    String id = service.startPruning(model("bad/good.onnx", 0.3)).getPruning().getPruningId();
    assertEquals(PruningState.PRUNING_STATE_COMPLETED, watch(id).getLast().getState());
  }

  /** What shows only in an analysis fails the pruning that began. */
  private void assertNotPruned(String name, String place) throws IOException {
    String message;
    try {
      String id = service.startPruning(model(name, 0.3)).getPruning().getPruningId();
      Pruning last = watch(id).getLast();
      assertEquals(PruningState.PRUNING_STATE_FAILED, last.getState());
      message = last.getFailure();
    } catch (StatusRuntimeException e) {
      assertEquals(Code.INVALID_ARGUMENT, e.getStatus().getCode(), e.getMessage());
      message = e.getMessage();
    }
    assertTrue(message.contains(place), place + " not in: " + message);
    assertTrue(!message.contains("internal error"), message);
  }
}
