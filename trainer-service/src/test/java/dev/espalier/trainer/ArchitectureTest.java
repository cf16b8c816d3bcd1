package dev.espalier.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.espalier.trainer",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "dev.espalier.trainer.";
  private static final String[] IDEAS = {
    BASE + "network..",
    BASE + "task..",
    BASE + "data..",
    BASE + "summary..",
    BASE + "penalty..",
    BASE + "optimise..",
    BASE + "pendulum..",
    BASE + "tdmpc.."
  };
  private static final String[] EDGES = {
    BASE + "api..", BASE + "stream..", BASE + "client..", BASE + "trace..", BASE + "listener.."
  };
  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "io.grpc..",
    "io.smallrye..",
    "jakarta..",
    "org.apache.kafka..",
    "io.vertx..",
    "io.opentelemetry.."
  };
  private static final String[] CONTRACTS = {
    "dev.espalier.training.v1..",
    "dev.espalier.graph.v1..",
    "dev.espalier.importance.v1..",
    "dev.espalier.pruning.v1..",
    "dev.espalier.kafka..",
    "dev.espalier.grpc.."
  };

  @ArchTest
  static final ArchRule IDEAS_KNOW_NO_FRAMEWORK =
      noClasses()
          .that()
          .resideInAnyPackage(IDEAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS);

  @ArchTest
  static final ArchRule IDEAS_KNOW_NO_CONTRACT =
      noClasses()
          .that()
          .resideInAnyPackage(IDEAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CONTRACTS);

  @ArchTest
  static final ArchRule IDEAS_KNOW_NO_EDGE =
      noClasses()
          .that()
          .resideInAnyPackage(IDEAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(EDGES)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "run..");

  @ArchTest
  static final ArchRule RUNS_KNOW_NO_FRAMEWORK_AND_NO_EDGE =
      noClasses()
          .that()
          .resideInAPackage(BASE + "run..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(EDGES);

  @ArchTest
  static final ArchRule ONLY_DATA_READS_FILES =
      noClasses()
          .that()
          .resideInAnyPackage(
              BASE + "network..",
              BASE + "task..",
              BASE + "summary..",
              BASE + "penalty..",
              BASE + "optimise..",
              BASE + "pendulum..",
              BASE + "tdmpc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.io..");

  @ArchTest
  static final ArchRule SUMMARIES_AND_STEPS_KNOW_NO_ENGINE =
      noClasses()
          .that()
          .resideInAnyPackage(
              BASE + "summary..", BASE + "penalty..", BASE + "optimise..", BASE + "data..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..");

  /** Whoever trains with DJL takes these along without the service. */
  @ArchTest
  static final ArchRule LISTENER_AND_CLIENTS_KNOW_NO_SERVICE =
      noClasses()
          .that()
          .resideInAnyPackage(BASE + "listener..", BASE + "client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..", "io.smallrye..", "jakarta..", "io.vertx..", "org.eclipse..");
}
