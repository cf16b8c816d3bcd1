package dev.espalier.trainer.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.espalier.training.v1.AutoencoderSettings;
import dev.espalier.training.v1.StartRunRequest;
import dev.espalier.training.v1.TrainingServiceGrpc;
import dev.espalier.training.v1.WatchRunRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service alone, with traces on. */
@QuarkusTest
@TestProfile(TracedRunTest.Traced.class)
@Timeout(120)
class TracedRunTest {
  /** Spans stay in memory. */
  public static final class Traced extends TrainingApiTest.Alone {
    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
      settings.put("ESPALIER_TRACES_DISABLED", "false");
      return settings;
    }
  }

  /** Takes the place of the exporter. */
  @Singleton
  public static final class Spans {
    @Produces
    @Singleton
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }

    @Produces
    @Singleton
    SpanProcessor processor(InMemorySpanExporter spans) {
      return SimpleSpanProcessor.create(spans);
    }
  }

  @TestHTTPResource URL address;
  @Inject InMemorySpanExporter spans;

  @Test
  void aRunGivesASpanAnEpochAndNoOther() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address.getHost(), address.getPort()).usePlaintext().build();
    try {
      var training = TrainingServiceGrpc.newBlockingStub(channel);
      training.startRun(
          StartRunRequest.newBuilder()
              .setRunId("traced")
              .setTask("autoencoder")
              .setEpochs(2)
              .setAutoencoder(AutoencoderSettings.newBuilder().setLatent(8).setDrawnDigits(128))
              .build());
      training
          .watchRun(WatchRunRequest.newBuilder().setRunId("traced").build())
          .forEachRemaining(run -> {});
    } finally {
      channel.shutdownNow();
    }

    List<SpanData> made = spans.getFinishedSpanItems();
    assertEquals(
        List.of("train epoch", "train epoch"), made.stream().map(SpanData::getName).toList());
    assertEquals(2, made.stream().map(SpanData::getTraceId).distinct().count());
  }
}
