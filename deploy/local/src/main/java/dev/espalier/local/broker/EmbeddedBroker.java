package dev.espalier.local.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker and controller (KRaft) in this JVM, reachable on the loopback address only.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  /** The same at every start, so that a folder formatted before is known again. */
  private static final String CLUSTER = "ZXNwYWxpZXItbG9jYWwtMA";

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker; the folder is formatted where it is new, else its records are served again.
   *
   * @param folder where the log lies
   * @param port client port, free
   * @param controllerPort port of the controller, free
   * @throws IOException where the folder cannot be written
   */
  public static EmbeddedBroker start(Path folder, int port, int controllerPort) throws IOException {
    Files.createDirectories(folder);
    format(folder);
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(settings(folder, port, controllerPort)), Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, port);
  }

  private static void format(Path folder) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Formatter formatter =
        new Formatter()
            .setPrintStream(new PrintStream(output))
            .setClusterId(CLUSTER)
            .setNodeId(NODE)
            .addDirectory(folder.toString())
            .setMetadataLogDirectory(folder.toString())
            .setControllerListenerName(CONTROLLER)
            .setReleaseVersion(MetadataVersion.latestProduction())
            .setIgnoreFormatted(true);
    try {
      formatter.run();
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + folder + ": " + output, e);
    }
  }

  private static Properties settings(Path folder, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", NODE);
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("log.dirs", folder.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    settings.put("controlled.shutdown.enable", "false");
    settings.put("initial.broker.registration.timeout.ms", "60000");
    return settings;
  }

  /** What clients use as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
