package dev.latchstring.cli.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.demo.TwoServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the commands say to a machine whose credentials lack something. */
@Execution(ExecutionMode.CONCURRENT)
class MachineWordsTest {
  private static TwoServers servers;

  @TempDir Path home;

  @BeforeAll
  static void start() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private Ran token(Latched machine, int status) {
    Ran ran = machine.run("token", servers.mcp());
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(status);
    return ran;
  }

  @Test
  void a_token_that_expired_is_not_replaced_by_a_login_while_it_is_given() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String expired =
        base64.encodeToString("{\"alg\":\"ES256\"}".getBytes(UTF_8))
            + "."
            + base64.encodeToString("{\"exp\":1}".getBytes(UTF_8))
            + ".x";
    Ran ran = token(new Latched(home).with("LATCH_TOKEN", expired), 3);
    assertThat(ran.err())
        .contains("hint: set LATCH_TOKEN to a newer one")
        .doesNotContain(expired)
        .doesNotContain("latch login");
  }

  @Test
  void who_has_to_log_in_at_the_identity_provider_is_sent_there() {
    Ran ran = token(new Latched(home).with("LATCH_IDP_ISSUER", servers.issuer().toString()), 3);
    assertThat(ran.err())
        .contains("nobody is signed in at " + servers.issuer())
        .contains("hint: run latch login " + servers.issuer() + " --pin");
  }

  @Test
  void half_a_client_is_told_from_none() {
    Ran unnamed = token(new Latched(home).with("LATCH_CLIENT_SECRET", "s3cret"), 3);
    assertThat(unnamed.err())
        .contains("LATCH_CLIENT_SECRET is set, and LATCH_CLIENT_ID is not")
        .contains("latch login " + servers.mcp())
        .doesNotContain("s3cret");

    Ran empty =
        token(new Latched(home).with("LATCH_CLIENT_ID", "job").with("LATCH_CLIENT_SECRET", ""), 3);
    assertThat(empty.err()).contains("LATCH_CLIENT_SECRET is set and empty");

    assertThat(token(new Latched(home), 3).err()).doesNotContain("LATCH_CLIENT");
    assertThat(token(new Latched(home).with("LATCH_CLIENT_ID", "phone"), 3).err())
        .as("a person's client may have no secret")
        .doesNotContain("LATCH_CLIENT");
  }

  @Test
  void two_secrets_of_one_client_are_one_too_many() throws Exception {
    Path file = Files.writeString(home.resolve("secret"), "from-a-file");
    Latched job =
        new Latched(home)
            .with("LATCH_CLIENT_ID", "job")
            .with("LATCH_CLIENT_SECRET", "s3cret")
            .with("LATCH_CLIENT_SECRET_FILE", file.toString());
    assertThat(token(job, 8).err())
        .contains("LATCH_CLIENT_SECRET, LATCH_CLIENT_SECRET_FILE", "hint: keep one of them")
        .doesNotContain("s3cret", "from-a-file");
  }

  @Test
  void a_key_that_is_none_is_a_fault_of_this_machine() throws Exception {
    Path key = Files.writeString(home.resolve("key.pem"), "no key");
    Latched job =
        new Latched(home).with("LATCH_CLIENT_ID", "job").with("LATCH_CLIENT_KEY", key.toString());
    assertThat(token(job, 7).err()).contains("LATCH_CLIENT_KEY", key.toString());
  }

  @Test
  void a_given_token_was_not_tried() {
    Ran ran = new Latched(home).with("LATCH_TOKEN", "given").run("login", servers.mcp());
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err()).contains("was not tried").doesNotContain("It works");
  }

  @Test
  void a_flow_that_is_named_on_the_command_line_takes_what_the_variables_have() {
    Ran ran =
        new Latched(home)
            .with("LATCH_ASSERTION", "no-jwt")
            .run("login", servers.mcp(), "--flow", "jwt_bearer");
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(6);
    assertThat(ran.err())
        .as("it is configured; this server alone takes none")
        .contains("grant-type:jwt-bearer")
        .doesNotContain("nothing is configured");
  }
}
