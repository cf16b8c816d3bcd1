package dev.espalier.local.suite;

import dev.espalier.onnx.ModelStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things lie.
 *
 * @param project the project's folder, built
 * @param home where the suite keeps its state: logs of its processes, broker data, models
 */
public record Layout(Path project, Path home) {
  public Layout {
    project = project.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
  }

  /** The packaged application of a service. */
  public Path application(Member service) {
    return project.resolve(service.label() + "-service/target/quarkus-app/quarkus-run.jar");
  }

  /** Class path of the broker and of the command line. */
  public String localClassPath() {
    Path target = project.resolve("deploy/local/target");
    return target.resolve("classes") + java.io.File.pathSeparator + target.resolve("lib") + "/*";
  }

  public Path state() {
    return home.resolve("suite.json");
  }

  public Path lock() {
    return home.resolve("lock");
  }

  public Path log(Member member) {
    return home.resolve("logs").resolve(member.label() + ".log");
  }

  /** Data of a member that outlives its process. */
  public Path data(Member member) {
    return home.resolve(member.label());
  }

  /** What a process unpacks; emptied before its next start, since a killed one leaves it behind. */
  public Path temporary(Member member) {
    return home.resolve("tmp").resolve(member.label());
  }

  public ModelStore models() {
    return new ModelStore(home.resolve("models"));
  }

  /**
   * @throws SuiteException where a service is not built
   */
  public void checkBuilt(Iterable<Member> members) {
    for (Member member : members) {
      if (member != Member.BROKER && !Files.isRegularFile(application(member))) {
        throw new SuiteException(
            application(member) + " is not there: build with ./mvnw -DskipTests package");
      }
    }
  }
}
