package dev.espalier.local.cli;

import dev.espalier.local.client.Services;
import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.Suite;
import dev.espalier.local.suite.SuiteState;
import java.util.EnumSet;
import java.util.Set;

/**
 * The running suite as one command uses it. What was up before stays up; what the command started
 * is taken down at its end, also on Ctrl-C.
 */
final class Session implements AutoCloseable {
  private final Suite suite;
  private final SuiteState state;
  private final Services services;
  private final Thread hook;

  private Session(Suite suite, SuiteState state, Thread hook) {
    this.suite = suite;
    this.state = state;
    this.services = new Services(state);
    this.hook = hook;
  }

  /** Starts what of the needed members is not up. */
  static Session open(Options options, Console console, Set<Member> needed) {
    Suite suite = new Suite(options.layout(), name -> console.progress("waiting for " + name));
    Thread hook = new Thread(suite::release, "take down");
    Runtime.getRuntime().addShutdownHook(hook);
    SuiteState state = suite.up(needed, false);
    return new Session(suite, state, hook);
  }

  static Session open(Options options, Console console) {
    return open(options, console, EnumSet.allOf(Member.class));
  }

  Services services() {
    return services;
  }

  /** The broker's address. */
  String brokers() {
    return "127.0.0.1:" + state.find(Member.BROKER).orElseThrow().port();
  }

  Suite suite() {
    return suite;
  }

  @Override
  public void close() {
    services.close();
    suite.release();
    suite.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook runs, and finds nothing left to end.
      hook.setName("take down, done");
    }
  }
}
