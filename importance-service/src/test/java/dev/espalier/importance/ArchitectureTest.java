package dev.espalier.importance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.espalier.importance",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] IDEAS = {
    "..importance.metric..", "..schedule..", "..ranking..", "..diagnosis.."
  };

  @ArchTest
  static final ArchRule ideasKnowNoContracts =
      noClasses()
          .that()
          .resideInAnyPackage(IDEAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.google.protobuf..",
              "dev.espalier..v1..",
              "dev.espalier.kafka..",
              "dev.espalier.grpc..",
              "..importance.fold..");

  @ArchTest
  static final ArchRule pureKnowsNoMachinery =
      noClasses()
          .that()
          .resideInAnyPackage(IDEAS)
          .or()
          .resideInAPackage("..importance.fold..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "io.grpc..",
              "io.smallrye..",
              "io.micrometer..",
              "io.opentelemetry..",
              "jakarta..",
              "org.apache.kafka..",
              "org.eclipse.microprofile..",
              "java.nio.file..",
              "java.time..",
              "java.util.concurrent..",
              "..importance.stream..",
              "..importance.api..");

  @ArchTest
  static final ArchRule edgesDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("..importance.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..importance.stream..");

  @ArchTest
  static final ArchRule edgesDoNotKnowEachOtherEither =
      noClasses()
          .that()
          .resideInAPackage("..importance.stream..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..importance.api..");
}
