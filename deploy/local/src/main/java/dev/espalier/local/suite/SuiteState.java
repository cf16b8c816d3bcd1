package dev.espalier.local.suite;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the suite remembers between commands.
 *
 * @param members the processes that were started, in the order of {@link Member}
 */
public record SuiteState(List<RunningMember> members) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public SuiteState {
    members = members.stream().sorted(Comparator.comparing(RunningMember::member)).toList();
  }

  /** The state in a file; empty where there is none. */
  static SuiteState read(Path file) throws IOException {
    return Files.exists(file)
        ? JSON.readValue(file.toFile(), SuiteState.class)
        : new SuiteState(List.of());
  }

  void write(Path file) throws IOException {
    AtomicFile.write(file, JSON.writeValueAsBytes(this));
  }

  public Optional<RunningMember> find(Member member) {
    return members.stream().filter(m -> m.member() == member).findFirst();
  }

  SuiteState with(RunningMember member) {
    List<RunningMember> changed = new ArrayList<>(members);
    changed.removeIf(m -> m.member() == member.member());
    changed.add(member);
    return new SuiteState(changed);
  }
}
