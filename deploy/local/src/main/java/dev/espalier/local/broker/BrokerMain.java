package dev.espalier.local.broker;

import java.io.IOException;
import java.nio.file.Path;

/** The embedded broker as a process of its own: {@code BrokerMain FOLDER PORT CONTROLLER_PORT}. */
public final class BrokerMain {
  private BrokerMain() {}

  public static void main(String[] args) throws IOException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
  }
}
