package dev.latchstring.e2e.ground;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house that a compiler does not check: who may import whom, and how things are
 * named.
 */
class ArchitectureTest {
  private static final String OAUTH = "dev.latchstring.oauth..";
  private static final String AUTHORIZATION_SERVER = "dev.latchstring.authorizationserver..";
  private static final String CLIENT = "dev.latchstring.client..";
  private static final String MCP_SERVER = "dev.latchstring.mcpserver..";
  private static final String SDK_ADAPTER = "dev.latchstring.mcpserver.sdk..";
  private static final String MCP_CLIENT = "dev.latchstring.mcpclient..";
  private static final String EXAMPLES = "dev.latchstring.examples..";
  private static final String CLI = "dev.latchstring.cli..";

  /** Made by the template compiler at build time. */
  private static final String GENERATED = "dev.latchstring..template..";

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/testing/"))
          .importPackages(
              List.of(OAUTH, AUTHORIZATION_SERVER, CLIENT, MCP_SERVER, MCP_CLIENT, EXAMPLES, CLI)
                  .stream()
                  .map(name -> name.substring(0, name.length() - 2))
                  .toList());

  @Test
  void oauth_stands_on_nothing_of_ours() {
    onlyImports(OAUTH, OAUTH);
  }

  @Test
  void the_authorization_server_imports_neither_client_nor_mcp_server() {
    onlyImports(AUTHORIZATION_SERVER, OAUTH, AUTHORIZATION_SERVER);
  }

  @Test
  void the_client_stands_on_oauth_alone() {
    onlyImports(CLIENT, OAUTH, CLIENT);
  }

  @Test
  void the_mcp_server_stands_on_oauth_and_client() {
    onlyImports(MCP_SERVER, OAUTH, CLIENT, MCP_SERVER);
  }

  @Test
  void the_mcp_client_stands_on_oauth_and_client() {
    onlyImports(MCP_CLIENT, OAUTH, CLIENT, MCP_CLIENT);
  }

  @Test
  void nothing_imports_the_command_line() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(HOUSE);
  }

  @Test
  void only_the_adapters_and_the_examples_import_the_mcp_sdk() {
    noClasses()
        .that()
        .resideOutsideOfPackages(SDK_ADAPTER, MCP_CLIENT, EXAMPLES)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.modelcontextprotocol..")
        .check(HOUSE);
  }

  @Test
  void opentelemetry_is_named_only_where_it_is_loaded_late() {
    noClasses()
        .that()
        .resideInAnyPackage(OAUTH, CLIENT, CLI, AUTHORIZATION_SERVER)
        .and()
        .haveNameNotMatching(
            "dev\\.latchstring\\.authorizationserver\\.trace\\.(TraceExport|RequestSpans|CallersTrace)")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.opentelemetry..", "org.slf4j.bridge..")
        .because("a start is counted in milliseconds, and most have no collector")
        .check(HOUSE);
  }

  @Test
  void webauthn_is_named_only_where_it_is_loaded_late() {
    noClasses()
        .that()
        .resideInAnyPackage(OAUTH, CLIENT, CLI, AUTHORIZATION_SERVER)
        .and()
        .haveNameNotMatching(
            "dev\\.latchstring\\.authorizationserver\\.credential\\.WebAuthnLibrary")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.webauthn4j..", "tools.jackson.dataformat.cbor..")
        .because("a start is counted in milliseconds, and few of them see a passkey")
        .check(HOUSE);
  }

  @Test
  void a_name_says_what_a_class_is_for() {
    classes()
        .that(not(resideInAnyPackage(GENERATED)))
        .should()
        .haveNameNotMatching(
            ".*[.$](Abstract[A-Z]\\w*|\\w*(Impl|Manager|Utils?|Helpers?)|OAuth2\\w*)(\\$.*)?")
        .because("such names hide the second subject that wants a name of its own")
        .check(HOUSE);
  }

  @Test
  void no_state_travels_in_thread_locals() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocal.class)
        .because("requests run on virtual threads, and the SDK hops threads")
        .check(HOUSE);
  }

  @Test
  void stdout_belongs_to_the_protocol() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.latchstring.cli",
            "dev.latchstring.cli.connect",
            "dev.latchstring.cli.run",
            "dev.latchstring.mcpserver.sdk",
            EXAMPLES)
        .should()
        .accessField(System.class, "out")
        .because(
            "only where a command begins, or a transport takes it, is it known what stdout means")
        .check(HOUSE);
  }

  @Test
  void nothing_sleeps_or_reads_the_clock_of_the_machine_by_itself() {
    noClasses()
        .should()
        .callMethod(java.time.Instant.class, "now")
        .because("time is passed in, so that tests are exact")
        .check(HOUSE);
  }

  @Test
  void every_package_is_null_marked_and_says_what_it_owns() {
    var marked =
        HOUSE.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .filter(type -> type.isAnnotatedWith(NullMarked.class))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    var bare =
        HOUSE.stream()
            .filter(not(resideInAnyPackage(GENERATED)))
            .map(JavaClass::getPackageName)
            .filter(name -> !marked.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(marked).contains("dev.latchstring.oauth", "dev.latchstring.cli");
    assertThat(bare).describedAs("packages without a @NullMarked package-info").isEmpty();
  }

  private static void onlyImports(String from, String... allowed) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.latchstring..").and(not(resideInAnyPackage(allowed))))
        .check(HOUSE);
  }
}
