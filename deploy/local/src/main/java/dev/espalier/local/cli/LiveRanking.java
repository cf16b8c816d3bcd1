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
import java.util.stream.Collectors;

/** The newest ranking of a run, kept by a thread of its own while the run is followed. */
final class LiveRanking implements AutoCloseable {
  private static final int SHOWN = 3;

  private final Thread reader;
  private volatile ImportanceSnapshot newest = ImportanceSnapshot.getDefaultInstance();
  private volatile boolean closed;

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
    while (!closed) {
      try {
        Iterator<WatchImportanceResponse> snapshots =
            services
                .importance()
                .watchImportance(WatchImportanceRequest.newBuilder().setRunId(runId).build());
        while (snapshots.hasNext() && !closed) {
          newest = snapshots.next().getSnapshot();
        }
        return;
      } catch (StatusRuntimeException | SuiteException e) {
        // The run's groups may not be known yet, or the service may be away: the run goes on, and
        // so does whoever follows it. Its warnings say what is wrong.
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    reader.interrupt();
  }
}
