package dev.latchstring.mcpserver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.latchstring.mcpserver");

  @Test
  void only_the_adapter_knows_the_sdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..mcpserver.sdk..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.modelcontextprotocol..", "reactor..", "..mcpserver.sdk..")
        .check(CLASSES);
  }

  @Test
  void the_decision_knows_neither_http_nor_tokens() {
    noClasses()
        .that()
        .resideInAPackage("..mcpserver.tools..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.servlet..", "com.nimbusds..", "..mcpserver.http..")
        .check(CLASSES);
  }

  @Test
  void nothing_is_kept_in_thread_locals() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class).check(CLASSES);
  }
}
