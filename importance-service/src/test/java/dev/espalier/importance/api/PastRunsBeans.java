package dev.espalier.importance.api;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Gives the service under test a history without a broker. */
@ApplicationScoped
public class PastRunsBeans {

  @Produces
  @Singleton
  PastRuns past() {
    return new PastRuns();
  }

  @Produces
  @Singleton
  @Alternative
  @Priority(1)
  @Identifier(ViewBeans.HISTORY)
  Supplier<Consumer<byte[], byte[]>> consumers(PastRuns past) {
    return past::open;
  }
}
