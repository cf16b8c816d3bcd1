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
                new RunningMember(Member.TRAINER, 12, 34, 56, 0),
                new RunningMember(Member.BROKER, 1, 2, 3, 4)));

    state.write(home.resolve("suite.json"));

    assertEquals(state, SuiteState.read(home.resolve("suite.json")));
    assertEquals(Member.BROKER, state.members().getFirst().member());
  }

  @Test
  void aProcessIdThatAnotherProcessHasNowIsNotOurs() {
    RunningMember self = RunningMember.of(Member.PRUNER, ProcessHandle.current(), 1, 0);
    RunningMember earlier =
        new RunningMember(Member.PRUNER, self.pid(), self.startMillis() - 60_000, 1, 0);

    assertTrue(self.isAlive());
    assertFalse(earlier.isAlive());
  }

  @Test
  void aServiceThatIsNotBuiltIsNamed() {
    try (Suite suite = new Suite(new Layout(home, home.resolve("state")), step -> {})) {
      SuiteException e =
          assertThrows(SuiteException.class, () -> suite.up(EnumSet.of(Member.PRUNER)));
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
