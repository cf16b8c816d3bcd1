package dev.espalier.it.crash;

import dev.espalier.it.Bus;
import dev.espalier.local.suite.Layout;
import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.Ports;
import dev.espalier.local.suite.RunningMember;
import dev.espalier.local.suite.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A broker and several instances of the packaged importance service as processes of this machine.
 * Their folders stay under {@code target} after the test, for the logs; they themselves do not,
 * even where the test is interrupted.
 */
public final class Cluster implements AutoCloseable {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  /** Starts of a JVM are most of what killed processes do: the fast compiler is the better one. */
  public static final Map<String, String> FAST_START =
      Map.of("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");

  private static final int BROKER_SECONDS = 60;

  private final Node broker;
  private final List<Node> instances = new ArrayList<>();

  /**
   * Starts all and waits until they are ready.
   *
   * @param name of the folder, emptied first
   * @param settings environment variables of all processes
   */
  public Cluster(String name, int size, Map<String, String> settings) throws IOException {
    Path home = PROJECT.resolve("integration-tests/target").resolve(name);
    delete(home);
    RunningMember brokerPlan = Ports.fresh(Member.BROKER);
    broker = node("broker", home, brokerPlan, List.of(), settings);
    for (int i = 0; i < size; i++) {
      String instance = "importance-" + i;
      Map<String, String> environment = new HashMap<>();
      environment.put("ESPALIER_IMPORTANCE_INSTANCE", instance);
      environment.put("ESPALIER_IMPORTANCE_STANDBYS", "1");
      environment.putAll(settings);
      instances.add(
          node(instance, home, Ports.fresh(Member.IMPORTANCE), List.of(brokerPlan), environment));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    try {
      start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Node node(
      String name,
      Path home,
      RunningMember plan,
      List<RunningMember> peers,
      Map<String, String> settings) {
    Layout layout = new Layout(PROJECT, home.resolve(name));
    layout.checkBuilt(List.of(plan.member()));
    return new Node(name, layout, plan, peers, settings);
  }

  private void start() {
    broker.start();
    broker.awaitReady();
    Topology.create(servers(), BROKER_SECONDS);
    instances.forEach(Node::start);
    instances.forEach(Node::awaitReady);
  }

  public Node broker() {
    return broker;
  }

  public Node instance(int index) {
    return instances.get(index);
  }

  public List<Node> instances() {
    return List.copyOf(instances);
  }

  public String servers() {
    return "127.0.0.1:" + broker.port();
  }

  public Bus bus() {
    return new Bus(servers());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() {
    instances.forEach(Node::kill);
    broker.kill();
  }
}
