package dev.espalier.local.client;

import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.ImportanceServiceGrpc.ImportanceServiceBlockingStub;
import dev.espalier.local.suite.Member;
import dev.espalier.local.suite.RunningMember;
import dev.espalier.local.suite.SuiteException;
import dev.espalier.local.suite.SuiteState;
import dev.espalier.pruning.v1.PruningServiceGrpc;
import dev.espalier.pruning.v1.PruningServiceGrpc.PruningServiceBlockingStub;
import dev.espalier.training.v1.TrainingServiceGrpc;
import dev.espalier.training.v1.TrainingServiceGrpc.TrainingServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;

/** gRPC stubs of the services of a running suite. */
public final class Services implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 64 << 20;

  private final SuiteState suite;
  private final Map<Member, ManagedChannel> channels = new EnumMap<>(Member.class);

  public Services(SuiteState suite) {
    this.suite = suite;
  }

  public TrainingServiceBlockingStub training() {
    return TrainingServiceGrpc.newBlockingStub(channel(Member.TRAINER));
  }

  public ImportanceServiceBlockingStub importance() {
    return ImportanceServiceGrpc.newBlockingStub(channel(Member.IMPORTANCE));
  }

  public PruningServiceBlockingStub pruning() {
    return PruningServiceGrpc.newBlockingStub(channel(Member.PRUNER));
  }

  private synchronized ManagedChannel channel(Member member) {
    return channels.computeIfAbsent(member, this::connect);
  }

  private ManagedChannel connect(Member member) {
    RunningMember running =
        suite
            .find(member)
            .orElseThrow(
                () -> new SuiteException("the " + member.label() + " is not up: ./espalier up"));
    return NettyChannelBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), running.port()))
        .usePlaintext()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .build();
  }

  @Override
  public synchronized void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
