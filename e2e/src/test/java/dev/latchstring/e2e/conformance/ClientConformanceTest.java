package dev.latchstring.e2e.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.e2e.ClassArchive;
import dev.latchstring.e2e.NodePeers;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario about authorization of the official MCP conformance suite, each as it is run by
 * hand: no list of expected failures, and the client's exit status counts.
 *
 * <p>They are run one by one with {@code --force}: the suites of the suite leave some out for a
 * protocol version, do not look at exit statuses, and start everything at once.
 */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
class ClientConformanceTest {
  private static final Path CLIENT = SourceTree.root().resolve("e2e/conformance/client");
  private static final int LIMIT_SECONDS = 120;

  /** Those that 2025-11-25 has, and 2026-07-28 too. */
  private static final List<String> BOTH =
      List.of(
          "metadata-default",
          "metadata-var1",
          "metadata-var2",
          "metadata-var3",
          "basic-cimd",
          "scope-from-www-authenticate",
          "scope-from-scopes-supported",
          "scope-omitted-when-undefined",
          "scope-step-up",
          "scope-retry-limit",
          "token-endpoint-auth-basic",
          "token-endpoint-auth-post",
          "token-endpoint-auth-none",
          "pre-registration");

  /** Those that 2026-07-28 has alone. */
  private static final List<String> STATELESS =
      List.of(
          "resource-mismatch",
          "offline-access-scope",
          "offline-access-not-supported",
          "authorization-server-migration",
          "iss-supported",
          "iss-not-advertised",
          "iss-supported-missing",
          "iss-wrong-issuer",
          "iss-unexpected",
          "iss-normalized",
          "metadata-issuer-mismatch");

  /** Those of extensions, on either wire. */
  private static final List<String> EXTENSIONS =
      List.of(
          "client-credentials-jwt",
          "client-credentials-basic",
          "enterprise-managed-authorization",
          "dpop",
          "dpop-nonce",
          "wif-jwt-bearer");

  private static final List<String> OLDEST =
      List.of("2025-03-26-oauth-metadata-backcompat", "2025-03-26-oauth-endpoint-fallback");

  /** Each is a Node and a JVM; more of them at once would only wait for each other. */
  private static final Semaphore TWO = new Semaphore(2);

  /** Trained by the first scenario. */
  private static final ClassArchive CLASSES = new ClassArchive("conformance");

  @TempDir private static Path folder;

  static Stream<Arguments> scenarios() {
    List<Arguments> all = new ArrayList<>();
    add(all, "2026-07-28", BOTH, STATELESS, EXTENSIONS);
    add(all, "2025-11-25", BOTH, EXTENSIONS);
    add(all, "2025-03-26", OLDEST);
    return all.stream();
  }

  @SafeVarargs
  private static void add(List<Arguments> all, String version, List<String>... scenarios) {
    Stream.of(scenarios)
        .flatMap(List::stream)
        .forEach(each -> all.add(Arguments.of(version, each)));
  }

  /** For whoever runs the suite by hand. */
  @BeforeAll
  static void leaveTheClassPath() throws Exception {
    Path target = Files.createDirectories(SourceTree.root().resolve("e2e/target"));
    Files.writeString(target.resolve("conformance-class-path"), classPath() + "\n");
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("scenarios")
  void passes(String version, String scenario) throws Exception {
    Path log = Files.createTempFile(folder, scenario, ".log");
    ProcessBuilder suite =
        new ProcessBuilder(
                NodePeers.node().toString(),
                NodePeers.program("@modelcontextprotocol/conformance/dist/index.js").toString(),
                "client",
                "--command",
                CLIENT.toString(),
                "--scenario",
                "auth/" + scenario,
                "--spec-version",
                version,
                "--timeout",
                "90000",
                "--force")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    suite.environment().put("LATCHSTRING_CONFORMANCE_CLASS_PATH", ClassArchive.classPath());
    suite.environment().put("LATCHSTRING_JAVA_HOME", System.getProperty("java.home"));
    TWO.acquire();
    List<String> options = CLASSES.options();
    suite.environment().put("LATCHSTRING_CONFORMANCE_JAVA_OPTIONS", String.join(" ", options));
    Process process = suite.start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      String said = Files.readString(log, UTF_8);
      assertThat(process.exitValue()).as(said).isZero();
      assertThat(said).contains("OVERALL: PASSED").doesNotContain("SKIPPED");
      CLASSES.ended(options);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      TWO.release();
    }
  }
}
