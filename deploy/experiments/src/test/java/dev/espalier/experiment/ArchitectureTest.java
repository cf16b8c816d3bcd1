package dev.espalier.experiment;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.espalier.experiment", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String BASE = "dev.espalier.experiment";

  @ArchTest
  static final ArchRule chartsKnowNothingElse =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".chart..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.espalier..").and(not(resideInAPackage(BASE + ".chart.."))));

  @ArchTest
  static final ArchRule statisticsKnowNothingElse =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".statistics..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.espalier..")
                  .and(not(resideInAPackage(BASE + ".statistics.."))));

  @ArchTest
  static final ArchRule onlyChartsDraw =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".chart..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.awt..", "org.knowm..", "de.erichseifert.."));

  @ArchTest
  static final ArchRule reportsAreAboutResultsAlone =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".report..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "ai.djl..",
                  "dev.espalier.trainer..",
                  "dev.espalier.importance..",
                  "dev.espalier.pruner.."));

  @ArchTest
  static final ArchRule experimentsNeedNoServices =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.quarkus..",
                  "io.smallrye..",
                  "org.apache.kafka..",
                  "org.jboss..",
                  "jakarta..",
                  "dev.espalier.kafka..",
                  "dev.espalier.grpc..",
                  "dev.espalier.*.stream.."));

  @ArchTest
  static final ArchRule onlyTheLoopReadsRequestsAsTheServiceDoes =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + ".loop..")
          .should()
          .dependOnClassesThat(resideInAPackage("dev.espalier.*.api.."));

  @ArchTest
  static final ArchRule theLoopTakesNothingElseOfTheServicesEdges =
      noClasses()
          .that()
          .resideInAPackage(BASE + ".loop..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.espalier.*.api..")
                  .and(not(nameMatching("dev\\.espalier\\.trainer\\.api\\.StartRequests(\\$.*)?"))))
          .allowEmptyShould(true);
}
