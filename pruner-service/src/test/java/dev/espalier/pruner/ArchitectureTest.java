package dev.espalier.pruner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.espalier.pruner", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "dev.espalier.pruner";

  private static final String[] PURE = {
    BASE + ".graph..",
    BASE + ".plan..",
    BASE + ".cut..",
    BASE + ".verify..",
    BASE + ".report..",
    BASE + ".calibration..",
    BASE + ".gradient..",
    BASE + ".search.."
  };

  private static final String[] EDGES = {
    BASE + ".api..", BASE + ".stream..", BASE + ".job..", BASE + ".message.."
  };

  @ArchTest
  static final ArchRule pureIdeasKnowNothingOfServices =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .or()
          .resideInAPackage(BASE)
          .or()
          .resideInAPackage(BASE + ".runtime..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.quarkus..",
                      "io.grpc..",
                      "io.smallrye..",
                      "org.apache.kafka..",
                      "org.jboss..",
                      "jakarta..",
                      "dev.espalier.graph..",
                      "dev.espalier.importance..",
                      "dev.espalier.training..",
                      "dev.espalier.pruning..",
                      "dev.espalier.kafka..",
                      "dev.espalier.grpc..")
                  .or(resideInAnyPackage(EDGES)));

  @ArchTest
  static final ArchRule pureIdeasTouchNoFilesAndNoClock =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .doNotHaveFullyQualifiedName(BASE + ".calibration.CalibrationFile")
          .should()
          .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.net.."))
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule onnxRuntimeStaysInItsPackage =
      classes()
          .that()
          .resideOutsideOfPackage(BASE + ".runtime..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("ai.onnxruntime..").negate().as("are not of ONNX Runtime"));

  @ArchTest
  static final ArchRule ideasBuildOnEachOther =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".graph..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  BASE + ".plan..", BASE + ".cut..", BASE + ".verify..", BASE + ".runtime.."));
}
