package dev.espalier.local.cli;

import dev.espalier.importance.v1.GroupImportance;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.WatchImportanceRequest;
import dev.espalier.importance.v1.WatchImportanceResponse;
import dev.espalier.local.client.Services;
import dev.espalier.local.suite.SuiteException;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The newest ranking of a run, kept by a thread of its own while the run is followed. */
final class LiveRanking implements AutoCloseable {
  private static final int SHOWN = 3;
  private static final long RETRY_MILLIS = 500;

  private final Thread reader;
  private volatile ImportanceSnapshot newest = ImportanceSnapshot.getDefaultInstance();
  private final CountDownLatch closed = new CountDownLatch(1);

  private LiveRanking(Services services, String runId) {
    reader = Thread.ofPlatform().daemon().name("ranking").unstarted(() -> read(services, runId));
  }

  static LiveRanking of(Services services, String runId) {
    LiveRanking ranking = new LiveRanking(services, runId);
    ranking.reader.start();
    return ranking;
  }

  /** The most important groups with their shares; empty before the first batch. */
  String text() {
    List<GroupImportance> groups = newest.getGroupsList();
    if (groups.isEmpty() || newest.getSummaries() == 0) {
      return "";
    }
    return groups.stream()
        .sorted((a, b) -> Double.compare(b.getImportance(), a.getImportance()))
        .limit(SHOWN)
        .map(g -> String.format(Locale.ROOT, "%s %.2f", g.getGroupId(), g.getImportance()))
        .collect(
            Collectors.joining(
                " > ", "\n  most important: ", groups.size() > SHOWN ? " > ..." : ""));
  }

  private void read(Services services, String runId) {
    do {
      try {
        Iterator<WatchImportanceResponse> snapshots =
            services
                .importance()
                .watchImportance(WatchImportanceRequest.newBuilder().setRunId(runId).build());
        while (snapshots.hasNext()) {
          newest = snapshots.next().getSnapshot();
        }
        return;
      } catch (StatusRuntimeException | SuiteException e) {
        // The run's groups may not be known yet, or the service may be away: the run goes on, and
        // so does whoever follows it. Its warnings say what is wrong.
      }
    } while (!isClosedWithin(RETRY_MILLIS));
  }

  private boolean isClosedWithin(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    reader.interrupt();
  }
}
