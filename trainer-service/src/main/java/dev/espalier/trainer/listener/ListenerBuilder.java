package dev.espalier.trainer.listener;

import dev.espalier.onnx.ModelStore;
import dev.espalier.trainer.api.ImportanceRequests;
import dev.espalier.trainer.client.ImportanceCoefficients;
import dev.espalier.trainer.client.PrunerGroups;
import dev.espalier.trainer.stream.EventBuffer;
import dev.espalier.trainer.stream.EventSender;
import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.training.v1.ImportanceSettings;
import dev.espalier.training.v1.RunStarted;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Describes a training for {@link EspalierListener}. */
public final class ListenerBuilder {
  private static final String SOURCE = "/espalier/listener";
  private static final String TASK = "djl";
  private static final long BUFFER_BYTES = 16 << 20;
  private static final Duration END = Duration.ofSeconds(5);

  final String runId;
  private final RunStarted.Builder started;
  private final Map<String, Object> producer = new HashMap<>();
  private final List<ManagedChannel> own = new ArrayList<>();
  private Channel importance;
  private Channel pruner;
  private Path models;
  Function<List<TensorShape>, List<GroupSlices>> groups = LayerGroups::of;
  int unitsEvery = 16;
  int accumulated = 1;
  Duration wait = Duration.ofSeconds(2);

  ListenerBuilder(String runId, int epochs, int batchesPerEpoch) {
    this.runId = runId;
    started =
        RunStarted.newBuilder()
            .setTask(TASK)
            .setEpochs(atLeast(1, "epochs", epochs))
            .setBatchesPerEpoch(atLeast(1, "batchesPerEpoch", batchesPerEpoch));
    penalty(ImportanceSettings.getDefaultInstance());
  }

  /**
   * Where the broker is.
   *
   * @param servers such as "localhost:9092"
   */
  public ListenerBuilder kafka(String servers) {
    return kafka(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers));
  }

  /** Any configuration of the Kafka producer, such as its security. */
  public ListenerBuilder kafka(Map<String, Object> configuration) {
    producer.putAll(configuration);
    return this;
  }

  /**
   * Where the importance service is.
   *
   * @param address such as "localhost:8082"; spoken to in plain text
   */
  public ListenerBuilder importance(String address) {
    return importance(channel(address));
  }

  /** The way to the importance service; the caller closes it. */
  public ListenerBuilder importance(Channel channel) {
    importance = channel;
    return this;
  }

  /**
   * Has the groups of an {@link dev.espalier.trainer.network.OnnxNetwork} traced by the pruner, so
   * that the run can be pruned. Of other blocks, groups go by names.
   *
   * @param address of the pruner, such as "localhost:8083"; spoken to in plain text
   * @param store the folder of the model store, shared with the pruner
   */
  public ListenerBuilder pruner(String address, Path store) {
    return pruner(channel(address), store);
  }

  /** The same by a channel that the caller closes. */
  public ListenerBuilder pruner(Channel channel, Path store) {
    pruner = channel;
    models = store;
    return this;
  }

  /**
   * Which groups there are, where the pruner does not say; {@link LayerGroups#of} by default.
   *
   * @param of gives the groups for the shapes of the trained parameters
   */
  public ListenerBuilder groups(Function<List<TensorShape>, List<GroupSlices>> of) {
    groups = of;
    return this;
  }

  /** How importance is computed and how strong the penalty is; what is unset takes its default. */
  public ListenerBuilder penalty(ImportanceSettings settings) {
    started.setImportance(ImportanceRequests.filled(settings));
    return this;
  }

  /**
   * @param batches from one summary unit by unit to the next, 16 by default; 0 for none
   */
  public ListenerBuilder unitsEvery(int batches) {
    unitsEvery = atLeast(0, "unitsEvery", batches);
    return this;
  }

  /**
   * For loops that add up the gradients of several batches before each step.
   *
   * @param passes backward passes a step, 1 by default; the gradient is looked at after the last
   */
  public ListenerBuilder accumulated(int passes) {
    accumulated = atLeast(1, "accumulated", passes);
    return this;
  }

  /**
   * @param longest how long the first batch waits for the groups, and an epoch's first batch for
   *     its coefficients; 2 s by default
   */
  public ListenerBuilder waiting(Duration longest) {
    wait = longest;
    return this;
  }

  /**
   * Connects. What is not there yet is waited for in the background.
   *
   * @throws IllegalStateException where no broker or no importance service was named
   */
  public EspalierListener start() {
    if (!producer.containsKey(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG) || importance == null) {
      throw new IllegalStateException("name the broker by kafka(...), and importance(...)");
    }
    ProducerTransport transport = new ProducerTransport(producer);
    EventSender sender = new EventSender(new EventBuffer(BUFFER_BYTES), SOURCE, transport);
    sender.start();
    return new EspalierListener(
        this,
        new Connection(
            sender,
            new ImportanceCoefficients(importance),
            Optional.ofNullable(pruner)
                .map(to -> new Connection.Traced(new PrunerGroups(to), new ModelStore(models))),
            () -> close(sender, transport)));
  }

  RunStarted.Builder started() {
    return started.clone();
  }

  private void close(EventSender sender, ProducerTransport transport) {
    try {
      sender.stop(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    transport.close();
    own.forEach(ManagedChannel::shutdownNow);
  }

  private Channel channel(String address) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    own.add(channel);
    return channel;
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " = " + value + ": must be at least " + least);
    }
    return value;
  }
}
