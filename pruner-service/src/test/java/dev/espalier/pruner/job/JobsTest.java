package dev.espalier.pruner.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JobsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T14:45:01Z");

  private static Job.Request request(String model) {
    return new Job.Request(
        model,
        StartPruningRequest.newBuilder().setModel(model).build(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void watchersSeeTheStateNowAndEveryChangeAndThenNothing() throws Exception {
    Jobs jobs = new Jobs(10);
    Job job = jobs.add("p-1", request("m"), NOW);
    List<JobState> seen = new ArrayList<>();
    List<JobState> left = new ArrayList<>();
    job.watch(left::add).run();
    job.watch(seen::add);

    JobState.Analyzing analyzing = new JobState.Analyzing();
    JobState.Planning planning = analyzing.plan();
    JobState.Failed failed = planning.fail("why", NOW);
    jobs.advance(job, planning);
    jobs.advance(job, failed);

    assertEquals(List.of(analyzing, planning, failed), seen);
    assertEquals(List.of(analyzing), left);
    assertThrows(IllegalArgumentException.class, () -> planning.fail(" ", NOW));
  }

  @Test
  void aModelIsFreeAgainOnceItsPruningHasEnded() throws Exception {
    Jobs jobs = new Jobs(10);
    Job job = jobs.add("p-1", request("m"), NOW);

    assertEquals(
        "p-1",
        assertThrows(Jobs.InProgressException.class, () -> jobs.add("p-2", request("m"), NOW))
            .pruningId());
    jobs.advance(job, new JobState.Analyzing().fail("why", NOW));
    jobs.add("p-3", request("m"), NOW);

    assertTrue(jobs.get("p-2").isEmpty());
  }

  @Test
  void theOldestThatEndedMakeRoom() throws Exception {
    Jobs jobs = new Jobs(2);
    jobs.add("p-1", request("working"), NOW);
    for (int i = 2; i < 6; i++) {
      jobs.restore(ModelPruned.newBuilder().setPruningId("p-" + i).build());
    }

    assertEquals(List.of("p-5", "p-1"), jobs.newestAfter("", 9).stream().map(Job::id).toList());
  }

  @Test
  void idsTellTheTime() {
    String id = PruningId.make(NOW, new SplittableRandom(1));

    assertTrue(id.matches("p-20261123-144501-[0-9a-f]{4}"), id);
    assertEquals(NOW, PruningId.time(id).orElseThrow());
    assertTrue(PruningId.time("p-20269923-144501-abcd").isEmpty());
    assertTrue(PruningId.time("else").isEmpty());
  }
}
