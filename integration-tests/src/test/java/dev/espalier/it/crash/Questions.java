package dev.espalier.it.crash;

import com.google.protobuf.ByteString;
import dev.espalier.importance.v1.GetImportanceRequest;
import dev.espalier.importance.v1.GetRankingRequest;
import dev.espalier.importance.v1.ImportanceServiceGrpc;
import dev.espalier.importance.v1.ImportanceServiceGrpc.ImportanceServiceBlockingStub;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import dev.espalier.kafka.Topics;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks one instance over gRPC. */
final class Questions implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;

  /** What an instance says that has not read the bus as far as the asker has. */
  private static final Set<Status.Code> NOT_YET =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION);

  private final ManagedChannel channel;

  Questions(Node instance) {
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), instance.port()))
            .usePlaintext()
            .build();
  }

  /** The first run of which it says another thing than what is newest on the bus. */
  Optional<String> differenceTo(Outputs published) {
    return Stream.concat(
            published.keys(Topics.SNAPSHOTS).stream()
                .filter(run -> !importance(run).equals(published.newest(Topics.SNAPSHOTS, run))),
            published.keys(Topics.RANKINGS).stream()
                .filter(run -> !ranking(run).equals(published.newest(Topics.RANKINGS, run))))
        .findFirst();
  }

  /** The newest snapshot of a run; empty where the instance knows none, or none yet. */
  private Optional<ByteString> importance(String run) {
    try {
      return Optional.of(
          stub()
              .getImportance(GetImportanceRequest.newBuilder().setRunId(run).build())
              .getSnapshot()
              .toByteString());
    } catch (StatusRuntimeException e) {
      return noneYet(e);
    }
  }

  /** The ranking of a run; empty where the instance knows none, or none yet. */
  private Optional<ByteString> ranking(String run) {
    try {
      return Optional.of(
          stub()
              .getRanking(GetRankingRequest.newBuilder().setRunId(run).build())
              .getRanking()
              .toByteString());
    } catch (StatusRuntimeException e) {
      return noneYet(e);
    }
  }

  /** Follows a run to its end; the newest snapshot of it then. */
  CompletableFuture<ImportanceSnapshot> last(String run) {
    Iterator<WatchImportanceResponse> stream =
        stub().watchImportance(WatchImportanceRequest.newBuilder().setRunId(run).build());
    CompletableFuture<ImportanceSnapshot> last = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> last.completeAsync(() -> newest(stream), Runnable::run));
    return last;
  }

  private static ImportanceSnapshot newest(Iterator<WatchImportanceResponse> stream) {
    ImportanceSnapshot newest = null;
    while (stream.hasNext()) {
      newest = stream.next().getSnapshot();
    }
    return newest;
  }

  private static <T> Optional<T> noneYet(StatusRuntimeException e) {
    if (NOT_YET.contains(e.getStatus().getCode())) {
      return Optional.empty();
    }
    throw e;
  }

  private ImportanceServiceBlockingStub stub() {
    return ImportanceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
