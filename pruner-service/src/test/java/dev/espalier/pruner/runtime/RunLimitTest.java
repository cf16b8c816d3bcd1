package dev.espalier.pruner.runtime;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxBuilder;
import dev.espalier.onnx.OnnxException;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.onnx.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunLimitTest {
  private static final Map<String, Value> INPUT =
      Map.of("x", new Value(ElementType.FLOAT, new long[] {1, 2}, new double[] {1, 2}));

  @AfterEach
  void restore() {
    RunLimit.set(RunLimit.USUAL);
  }

  /** A loop whose end no one lives to see. */
  private static OnnxModel endless() {
    ValueInfoProto turn = Wave.value("turn", new Wave.Kind(ElementType.INT64.code(), new long[0]));
    ValueInfoProto on = Wave.value("on", new Wave.Kind(ElementType.BOOL.code(), new long[0]));
    Wave.Kind state = new Wave.Kind(ElementType.FLOAT.code(), new long[] {1, 2});
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(turn)
            .addInput(on)
            .addInput(Wave.value("in", state))
            .addNode(node("Identity", "on", "still"))
            .addNode(node("Neg", "in", "out"))
            .addOutput(Wave.value("still", new Wave.Kind(ElementType.BOOL.code(), new long[0])))
            .addOutput(Wave.value("out", state))
            .build();
    OnnxModel model =
        new OnnxBuilder("endless")
            .input("x", 1, 2)
            .initializer(Tensor.of("turns", new int[0], new long[] {Long.MAX_VALUE}))
            .node("Loop", "/loop", List.of("turns", "", "x"), "y", Map.of())
            .output("y", 1, 2)
            .build();
    NodeProto loop =
        model.proto().getGraph().getNode(0).toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(body))
            .build();
    return OnnxModel.of(
        model.proto().toBuilder()
            .setGraph(model.proto().getGraph().toBuilder().setNode(0, loop))
            .build());
  }

  private static NodeProto node(String operator, String input, String output) {
    return NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output).build();
  }

  @Test
  void anEndlessLoopIsRefusedAfterTheLimit() {
    RunLimit.set(Duration.ofMillis(300));
    try (Session session = Session.open(endless())) {
      OnnxException e = assertThrows(OnnxException.class, () -> session.run(INPUT));
      assertTrue(e.getMessage().contains("takes more than"), e.getMessage());
      assertThrows(OnnxException.class, () -> session.time(INPUT, 1, 1, 1, System::nanoTime));
    }
  }

  @Test
  void anInterruptEndsALoop() throws Exception {
    try (Session session = Session.open(endless());
        var workers = Executors.newSingleThreadExecutor()) {
      Thread[] runner = new Thread[1];
      var running = new java.util.concurrent.CountDownLatch(1);
      Future<CancellationException> ended =
          workers.submit(
              () -> {
                runner[0] = Thread.currentThread();
                running.countDown();
                return assertThrows(CancellationException.class, () -> session.run(INPUT));
              });
      running.await();
      runner[0].interrupt();

      ended.get(60, TimeUnit.SECONDS);
    }
  }
}
