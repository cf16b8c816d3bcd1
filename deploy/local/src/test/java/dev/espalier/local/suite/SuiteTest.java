package dev.espalier.local.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  @TempDir private Path home;

  @Test
  void stateSurvivesTheWayThroughItsFile() throws Exception {
    SuiteState state =
        new SuiteState(
            List.of(
                new RunningMember(Member.TRAINER, new ProcessId(12, 34), 56, 0),
                new RunningMember(Member.BROKER, new ProcessId(1, 2), 3, 4)),
            List.of(new ProcessId(5, 6)),
            true);

    state.write(home.resolve("suite.json"));

    assertEquals(state, SuiteState.read(home.resolve("suite.json")));
    assertEquals(Member.BROKER, state.members().getFirst().member());
  }

  @Test
  void aProcessIdThatAnotherProcessHasNowIsNotOurs() {
    ProcessId self = ProcessId.of(ProcessHandle.current());
    ProcessId earlier = new ProcessId(self.pid(), self.startMillis() - 60_000);

    assertTrue(self.isAlive());
    assertFalse(earlier.isAlive());
  }

  @Test
  void aCommandThatStillRunsNeedsTheSuiteOneThatEndedDoesNot() {
    ProcessId self = ProcessId.of(ProcessHandle.current());
    ProcessId ended = new ProcessId(self.pid(), self.startMillis() - 60_000);

    assertTrue(SuiteState.EMPTY.with(self).isNeeded());
    assertFalse(SuiteState.EMPTY.with(ended).isNeeded());
    assertFalse(SuiteState.EMPTY.with(self).without(self).isNeeded());
    assertTrue(SuiteState.EMPTY.keep().isNeeded());
  }

  @Test
  void deadMembersKeepTheirPortsOnlyWhileOthersRun() {
    RunningMember dead = new RunningMember(Member.PRUNER, new ProcessId(0, 0), 1, 0);
    RunningMember alive =
        new RunningMember(Member.TRAINER, ProcessId.of(ProcessHandle.current()), 2, 0);
    List<Member> missing = List.of(Member.PRUNER);

    assertTrue(
        Ports.plan(missing, SuiteState.EMPTY.with(dead)).find(Member.PRUNER).orElseThrow().port()
            > 1);
    assertEquals(
        1,
        Ports.plan(missing, SuiteState.EMPTY.with(dead).with(alive))
            .find(Member.PRUNER)
            .orElseThrow()
            .port());
  }

  @Test
  void aServiceThatIsNotBuiltIsNamed() {
    try (Suite suite = new Suite(new Layout(home, home.resolve("state")), step -> {})) {
      SuiteException e =
          assertThrows(SuiteException.class, () -> suite.up(EnumSet.of(Member.PRUNER), false));
      assertTrue(e.getMessage().contains("pruner-service"), e.getMessage());
      assertTrue(e.getMessage().contains("./mvnw"), e.getMessage());
    }
  }

  @Test
  void aStateFileThatIsBrokenIsNamed() throws Exception {
    Layout layout = new Layout(home, home);
    Files.writeString(layout.state(), "{\"members\":[{");
    try (Suite suite = new Suite(layout, step -> {})) {
      SuiteException e = assertThrows(SuiteException.class, suite::state);
      assertTrue(e.getMessage().contains(layout.state().toString()), e.getMessage());
    }
  }

  @Test
  void takingDownWhatIsNotUpIsNoError() {
    try (Suite suite = new Suite(new Layout(home, home), step -> {})) {
      suite.down();
      assertEquals(List.of(), suite.state().members());
    }
  }
}
