package dev.latchstring.e2e.ground;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.latchstring.testing.Await;
import dev.latchstring.testing.Ports;
import dev.latchstring.testing.SourceTree;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mvnw}: fetches a Maven, checks it, runs it. The repository here is small, and ours. */
class WrapperTest {
  private static final String ARCHIVE =
      "/org/apache/maven/apache-maven/3/apache-maven-3-bin.tar.gz";

  @TempDir private Path place;
  private Path root;
  private HttpServer repository;
  private final AtomicInteger downloads = new AtomicInteger();

  @BeforeEach
  void a_tree_and_a_repository_with_a_very_small_maven() throws Exception {
    root = Files.createDirectories(place.resolve("a tree"));
    Files.createDirectories(root.resolve(".mvn/wrapper"));
    for (String file : List.of("mvnw", ".mvn/jdk.sh", ".mvn/wrapper/Fetch.java")) {
      Files.copy(
          SourceTree.root().resolve(file), root.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    byte[] archive = archive();
    expect(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(archive)));
    repository = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    repository.createContext(
        ARCHIVE,
        exchange -> {
          downloads.incrementAndGet();
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    repository.start();
  }

  @AfterEach
  void stop() {
    repository.stop(0);
  }

  @Test
  void maven_is_fetched_once_and_runs_on_the_jdk_that_was_found() throws Exception {
    var first = shell().run("./mvnw", "verify", "a b");
    var second = shell().run("./mvnw", "verify", "a b");

    assertThat(first.out()).isEqualTo("maven on " + System.getProperty("java.home") + " a b\n");
    assertThat(first.err()).contains("mvnw: downloading");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    assertThat(downloads).hasValue(1);
  }

  @Test
  void without_curl_and_wget_the_jdk_fetches_and_checks() throws Exception {
    Path tools = Files.createDirectories(place.resolve("tools"));
    for (String tool : "dirname mkdir mktemp rm mv tar gzip sed sort uname".split(" ")) {
      Path program = Path.of("/bin", tool);
      Files.writeString(
              tools.resolve(tool),
              "#!/bin/sh\nexec %s \"$@\"\n"
                  .formatted(Files.exists(program) ? program : Path.of("/usr/bin", tool)))
          .toFile()
          .setExecutable(true);
    }

    var run = shell().with("PATH", tools).run("/bin/sh", "./mvnw", "verify", "x");

    assertThat(run.err()).doesNotContain("hint");
    assertThat(run.out()).endsWith(" x\n");
  }

  @Test
  void another_file_than_expected_is_refused_and_nothing_is_left() throws Exception {
    expect("0".repeat(128));

    var refused = shell().run("./mvnw", "verify");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("is not the file that was expected").contains("hint: ");
    assertThat(place.resolve("user/wrapper/dists/apache-maven-3")).isEmptyDirectory();
  }

  @Test
  void without_a_network_it_says_so_and_what_to_set() throws Exception {
    var refused =
        shell().with("MVNW_REPOURL", "http://127.0.0.1:" + Ports.free()).run("./mvnw", "verify");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("mvnw: cannot download").contains("MVNW_REPOURL");
    assertThat(place.resolve("user/wrapper/dists/apache-maven-3")).isEmptyDirectory();
  }

  @Test
  void a_folder_that_cannot_be_written_is_named_with_a_way_out() throws Exception {
    Path file = Files.writeString(place.resolve("file"), "");

    var refused = shell().with("MAVEN_USER_HOME", file.resolve(".m2")).run("./mvnw", "verify");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("cannot create " + file).contains("MAVEN_USER_HOME");
  }

  @Test
  void first_runs_at_the_same_time_all_work() throws Exception {
    var runs =
        List.of(
            shell().start("./mvnw", "verify", "1"),
            shell().start("./mvnw", "verify", "2"),
            shell().start("./mvnw", "verify", "3"));

    for (var run : runs) {
      assertThat(run.outcome().status()).describedAs(run.err()).isZero();
    }
    try (var left = Files.list(place.resolve("user/wrapper/dists/apache-maven-3"))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void what_was_not_run_is_the_last_thing_said_and_mavens_status_is_kept() throws Exception {
    var run =
        shell().run("./mvnw", "not-run", "BrowserTest: no Chromium on this machine (install it)");

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.out())
        .endsWith(
            """

            Not run on this machine:
              BrowserTest: no Chromium on this machine (install it)
            LATCHSTRING_REQUIRE_PEERS=1 makes each of these a failure.
            """);
  }

  @Test
  void what_an_earlier_run_did_not_run_is_not_said_again() throws Exception {
    shell().run("./mvnw", "not-run", "BrowserTest: no Chromium");

    assertThat(shell().run("./mvnw", "verify").out()).doesNotContain("BrowserTest");
  }

  @Test
  void ending_the_wrapper_ends_maven() throws Exception {
    var run = shell().start("./mvnw", "sleep");
    Await.until("Maven", () -> Files.exists(root.resolve("asleep")));
    var maven = run.process().descendants().toList();

    run.process().destroy();

    assertThat(run.outcome().status()).isEqualTo(143);
    assertThat(maven).noneMatch(ProcessHandle::isAlive);
  }

  private Shell shell() {
    return new Shell(root)
        .with("MAVEN_USER_HOME", place.resolve("user"))
        .with("MVNW_REPOURL", "http://127.0.0.1:" + repository.getAddress().getPort());
  }

  private void expect(String checksum) throws Exception {
    Files.writeString(
        root.resolve(".mvn/wrapper/maven-wrapper.properties"),
        "distributionUrl=https://repo.example%s\ndistributionSha512Sum=%s\n"
            .formatted(ARCHIVE, checksum));
  }

  private byte[] archive() throws Exception {
    Path bin = Files.createDirectories(place.resolve("archive/apache-maven-3/bin"));
    Files.writeString(
            bin.resolve("mvn"),
            """
            #!/bin/sh
            goal=$1
            shift
            case $goal in
            verify) echo "maven on $JAVA_HOME $*" ;;
            not-run)
              mkdir -p target
              echo "$*" >target/not-run.txt
              exit 3
              ;;
            sleep)
              : >asleep
              exec sleep 60
              ;;
            esac
            """)
        .toFile()
        .setExecutable(true);
    new Shell(bin).run("tar", "czf", "../../maven.tar.gz", "-C", "../..", "apache-maven-3");
    return Files.readAllBytes(place.resolve("archive/maven.tar.gz"));
  }
}
