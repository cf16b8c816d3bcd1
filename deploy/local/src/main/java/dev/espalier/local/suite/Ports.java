package dev.espalier.local.suite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** Which ports on the loopback address the members take. */
public final class Ports {
  private Ports() {}

  /**
   * Plans the ports of members that are to be started. While others run, a dead member keeps its
   * ports, so that its peers find it again; else all are fresh.
   *
   * @return the state with the planned members in it, not started yet
   * @throws SuiteException where a port to be kept was taken meanwhile
   */
  static SuiteState plan(List<Member> missing, SuiteState state) {
    boolean others = state.members().stream().anyMatch(RunningMember::isAlive);
    SuiteState planned = state;
    for (Member member : missing) {
      RunningMember plan =
          others && state.find(member).isPresent()
              ? kept(state.find(member).orElseThrow())
              : fresh(member);
      planned = planned.with(plan);
    }
    return planned;
  }

  private static RunningMember kept(RunningMember dead) {
    if (!isFree(dead.port()) || (dead.controllerPort() != 0 && !isFree(dead.controllerPort()))) {
      throw new SuiteException(
          "port "
              + dead.port()
              + " of the "
              + dead.member().label()
              + " is taken by another process: ./espalier down, then up again");
    }
    return dead;
  }

  /** A plan for a member on ports that nothing uses now. */
  public static RunningMember fresh(Member member) {
    return new RunningMember(
        member, new ProcessId(0, 0), free(), member == Member.BROKER ? free() : 0);
  }

  private static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new SuiteException("no free port on the loopback address", e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
