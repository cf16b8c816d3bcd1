package dev.espalier.local.suite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks processes whether they are ready to work. */
public final class Readiness implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final BooleanSupplier interrupted;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /**
   * @param interrupted asked again and again by whoever waits; true ends the waiting
   */
  public Readiness(BooleanSupplier interrupted) {
    this.interrupted = interrupted;
  }

  /** Whether the member answers now: the broker takes connections, a service says UP. */
  public boolean isReady(RunningMember member) {
    return member.member() == Member.BROKER ? accepts(member.port()) : healthy(member.port());
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean healthy(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
            .timeout(PATIENCE)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until the member is ready.
   *
   * @throws SuiteException where its process ends first, the time is up, or the waiting is
   *     interrupted
   */
  public void await(RunningMember member, Duration limit, Layout layout) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isReady(member)) {
      if (interrupted.getAsBoolean()) {
        throw new SuiteException("interrupted");
      }
      String name = member.member().label();
      if (!member.isAlive()) {
        throw new SuiteException(
            name + " ended while it started; see " + layout.log(member.member()));
      }
      if (System.nanoTime() > deadline || Thread.interrupted()) {
        throw new SuiteException(
            name
                + " was not ready after "
                + limit.toSeconds()
                + " s; see "
                + layout.log(member.member()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
