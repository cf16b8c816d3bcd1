package dev.espalier.local.suite;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.onnx.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the suite remembers between commands.
 *
 * @param members the processes that were started, in the order of {@link Member}
 * @param users the commands at work that need them
 * @param kept whether they stay up when no command needs them any more
 */
public record SuiteState(List<RunningMember> members, List<ProcessId> users, boolean kept) {
  static final SuiteState EMPTY = new SuiteState(List.of(), List.of(), false);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public SuiteState {
    members = members.stream().sorted(Comparator.comparing(RunningMember::member)).toList();
    users = List.copyOf(users);
  }

  /** The state in a file; empty where there is none. */
  static SuiteState read(Path file) throws IOException {
    return Files.exists(file) ? JSON.readValue(file.toFile(), SuiteState.class) : EMPTY;
  }

  /** Writes the state, or removes the file where there is nothing to remember. */
  void write(Path file) throws IOException {
    if (members.isEmpty() && users.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      AtomicFile.write(file, JSON.writeValueAsBytes(this));
    }
  }

  public Optional<RunningMember> find(Member member) {
    return members.stream().filter(m -> m.member() == member).findFirst();
  }

  /** Whether a command that still runs needs the members, or they are to stay up anyway. */
  @JsonIgnore
  boolean isNeeded() {
    return kept || users.stream().anyMatch(ProcessId::isAlive);
  }

  SuiteState with(RunningMember member) {
    return new SuiteState(
        Stream.concat(without(member.member()).members.stream(), Stream.of(member)).toList(),
        users,
        kept);
  }

  SuiteState without(Member member) {
    return new SuiteState(members.stream().filter(m -> m.member() != member).toList(), users, kept);
  }

  SuiteState with(ProcessId user) {
    return new SuiteState(
        members, Stream.concat(without(user).users.stream(), Stream.of(user)).toList(), kept);
  }

  SuiteState without(ProcessId user) {
    return new SuiteState(members, users.stream().filter(u -> !u.equals(user)).toList(), kept);
  }

  SuiteState keep() {
    return new SuiteState(members, users, true);
  }
}
