package dev.latchstring.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.LatchProcess;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.testing.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The server as a process: what it says, what it refuses, how it stops. */
@Execution(ExecutionMode.CONCURRENT)
class ServeTest {
  @TempDir Path home;

  @Test
  void the_first_run_says_what_was_created_and_the_second_does_not() throws Exception {
    Path data = home.resolve("data");
    try (LatchProcess first =
        LatchProcess.start(home, "serve", "--port", "0", "--data", data.toString())) {
      first.awaitErr("Try next:");
      Await.until("the end of the message", () -> first.err().contains("on this machine alone."));
      assertThat(first.out()).isEmpty();
      assertThat(first.err())
          .contains("Latchstring serves http://localhost:")
          .contains("First run. Created:")
          .contains(data.resolve("latchstring.db").toString())
          .contains("Sign in as admin; the password is in " + data.resolve("first-password"));
      Path file = data.resolve("first-password");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(first.err()).doesNotContain(Files.readString(file).strip());
      first.signal("TERM");
      assertThat(first.end()).isZero();
      assertThat(first.err()).endsWith("Stopped.\n");
    }
    try (LatchProcess second =
        LatchProcess.start(home, "serve", "--port", "0", "--data", data.toString(), "--json")) {
      Await.until("ready", () -> second.out().endsWith("\n"));
      assertThat(second.out())
          .startsWith("{\"event\":\"ready\",\"issuer\":\"http://localhost:")
          .contains("\"created\":[]")
          .doesNotContain("password");
      String issuer = second.out().replaceAll("(?s).*\"issuer\":\"([^\"]+)\".*", "$1");
      assertThat(status(issuer + "/healthz")).isEqualTo(200);
      second.signal("INT");
      assertThat(second.end()).isZero();
    }
  }

  @Test
  void a_test_server_says_that_it_is_one_and_forgets_everything() throws Exception {
    Path data = home.resolve("tests");
    try (LatchProcess process =
        LatchProcess.start(
            home, "serve", "--test-mode", "--port", "0", "--data", data.toString())) {
      process.awaitErr("Everything is forgotten when it stops.");
      assertThat(data.resolve("latchstring.db")).exists();
      assertThat(data.resolve("server.key")).doesNotExist();
      process.signal("TERM");
      assertThat(process.end()).isZero();
    }
    assertThat(data.resolve("latchstring.db")).doesNotExist();
    assertThat(data.resolve("first-password")).doesNotExist();
    Ran ordinary = serve("--port", "0", "--data", data.toString());
    assertThat(ordinary.status()).as(ordinary.transcript()).isEqualTo(8);
    assertThat(ordinary.err()).contains("is a test server's");
  }

  @Test
  void a_test_server_in_reach_of_others_ends_with_8_and_says_why() {
    Ran ran = serve("--test-mode", "--host", "0.0.0.0", "--data", home.toString());
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(8);
    assertThat(ran.err()).contains("0.0.0.0 is not a loopback address", "hint: ", "--test-mode");
  }

  private static int status(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  private Ran serve(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "serve";
    System.arraycopy(options, 0, args, 1, options.length);
    Ran ran = new Latched(home).run(args);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: ").doesNotContain("\tat ");
    return ran;
  }

  @Test
  void a_taken_port_ends_with_9_and_says_how_to_choose_another() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      Ran ran = serve("--port", "" + taken.getLocalPort(), "--data", home.toString());
      assertThat(ran.status()).as(ran.transcript()).isEqualTo(9);
      assertThat(ran.err())
          .contains("port " + taken.getLocalPort())
          .contains("hint: choose another with --port or LATCH_PORT");
    }
  }

  @Test
  void a_directory_that_cannot_be_made_ends_with_7() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "");
    Ran ran = serve("--port", "0", "--data", file.resolve("data").toString());
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(7);
    assertThat(ran.err()).contains(file.toString()).contains("--data");
  }

  @Test
  void an_unknown_key_is_named_with_its_line_and_the_nearest_one() throws Exception {
    Path config =
        Files.writeString(home.resolve("latch.yaml"), "port: 0\nisuer: http://localhost:9000\n");
    Ran ran = serve("--config", config.toString());
    assertThat(ran.status()).isEqualTo(8);
    assertThat(ran.err()).contains("unknown key 'isuer'").contains("hint: did you mean 'issuer'?");
  }

  @Test
  void a_file_that_is_not_there_ends_with_8() {
    Ran ran = serve("--config", home.resolve("none.yaml").toString());
    assertThat(ran.status()).isEqualTo(8);
    assertThat(ran.err()).contains("no such file").contains("hint: ");
  }

  @Test
  void an_http_issuer_that_is_not_loopback_is_refused() {
    Ran ran = serve("--issuer", "http://auth.example.com", "--data", home.toString());
    assertThat(ran.status()).isEqualTo(8);
    assertThat(ran.err())
        .contains("issuer must use https")
        .contains("hint: Write for example https://auth.example.com");
  }

  @Test
  void a_port_that_is_none_is_refused() {
    assertThat(serve("--port", "70000").status()).isEqualTo(8);
  }
}
