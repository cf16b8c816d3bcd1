package dev.espalier.local.suite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command line and environment of each member's process. */
final class Commands {
  private static final Map<Member, String> HEAP =
      Map.of(
          Member.BROKER, "384m",
          Member.IMPORTANCE, "256m",
          Member.PRUNER, "512m",
          Member.TRAINER, "768m");

  /** From this version on, a JVM warns of what netty does unless it is told that this is fine. */
  private static final int UNSAFE_WARNS_SINCE = 23;

  /** In a session of its own, a process outlives its terminal and is not hit by Ctrl-C there. */
  private static final List<String> DETACHED =
      Stream.of("/usr/bin/setsid", "/usr/bin/nohup")
          .filter(tool -> Files.isExecutable(Path.of(tool)))
          .limit(1)
          .toList();

  private final Layout layout;

  Commands(Layout layout) {
    this.layout = layout;
  }

  List<String> command(Member member, int port, int controllerPort) {
    List<String> command = new ArrayList<>();
    command.addAll(DETACHED);
    command.add(java());
    command.add("-Xmx" + heap(member));
    command.add("-XX:+UseSerialGC");
    command.add("-Djava.io.tmpdir=" + layout.temporary(member));
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= UNSAFE_WARNS_SINCE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (member == Member.BROKER) {
      command.addAll(List.of("-cp", layout.localClassPath()));
      command.add(dev.espalier.local.broker.BrokerMain.class.getName());
      command.add(layout.data(member).toString());
      command.add(Integer.toString(port));
      command.add(Integer.toString(controllerPort));
    } else {
      if (member == Member.TRAINER) {
        command.add("-Dai.djl.pytorch.num_threads=1");
      }
      command.add("-jar");
      command.add(layout.application(member).toString());
    }
    return command;
  }

  /** The most heap of a member, as {@code ESPALIER_PRUNER_HEAP=4g} and its like set it. */
  private static String heap(Member member) {
    String set = System.getenv("ESPALIER_" + member.name() + "_HEAP");
    return set == null || set.isBlank() ? HEAP.get(member) : set;
  }

  private static String java() {
    return ProcessHandle.current()
        .info()
        .command()
        .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString());
  }

  Map<String, String> environment(Member member, int port, SuiteState ports) {
    Map<String, String> environment = new HashMap<>();
    if (member == Member.BROKER) {
      return environment;
    }
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + portOf(Member.BROKER, ports));
    environment.put("ESPALIER_MODELS_ROOT", layout.models().root().toString());
    switch (member) {
      case IMPORTANCE -> {
        environment.put("ESPALIER_IMPORTANCE_STATE_DIR", layout.data(member).toString());
        environment.put("ESPALIER_IMPORTANCE_STANDBYS", "0");
      }
      case TRAINER -> {
        client(environment, "IMPORTANCE", portOf(Member.IMPORTANCE, ports));
        client(environment, "PRUNER", portOf(Member.PRUNER, ports));
        environment.put("DJL_OFFLINE", "true");
        environment.put("OMP_NUM_THREADS", "1");
        environment.put("MALLOC_MMAP_THRESHOLD_", "33554432");
        environment.put("MALLOC_TRIM_THRESHOLD_", "1073741824");
      }
      default -> {}
    }
    return environment;
  }

  private static void client(Map<String, String> environment, String name, int port) {
    environment.put("QUARKUS_GRPC_CLIENTS_" + name + "_HOST", "127.0.0.1");
    environment.put("QUARKUS_GRPC_CLIENTS_" + name + "_PORT", Integer.toString(port));
  }

  private static int portOf(Member member, SuiteState ports) {
    return ports.find(member).map(RunningMember::port).orElse(1);
  }
}
