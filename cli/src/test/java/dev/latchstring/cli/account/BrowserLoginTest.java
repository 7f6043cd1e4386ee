package dev.latchstring.cli.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.cli.LatchProcess;
import dev.latchstring.cli.Latched;
import dev.latchstring.cli.Latched.Ran;
import dev.latchstring.cli.Latched.Running;
import dev.latchstring.cli.demo.TwoServers;
import dev.latchstring.oauth.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BrowserLoginTest {
  private static final String ADDRESS = "(?m)^(http://\\S+/authorize\\?\\S+)$";

  private static TwoServers servers;

  @TempDir private Path home;

  @BeforeAll
  static void start() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static String visit(URI place) throws Exception {
    try (HttpClient browser = HttpClient.newHttpClient()) {
      return browser
          .send(HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString(UTF_8))
          .body();
    }
  }

  @Test
  void the_browser_comes_back_and_nobody_is_asked_who_it_was() throws Exception {
    Latched user = new Latched(home).atLiveTerminal();
    Running login = user.start("login", servers.mcp(), "--flow", "code");
    String address = login.awaitErr(ADDRESS);
    login.awaitErr("paste the address here");

    String page = visit(servers.decideInBrowser("alice", address, "allow"));

    Ran ran = login.end();
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains("Open this address in your browser:")
        .contains("\"latch on kitchen\" asks for clinic:read")
        .contains("Signed in as alice")
        .doesNotContain("Is that you?");
    assertThat(page).contains("<h1>Signed in</h1>").contains("as alice");
    Ran headers = user.run("token", servers.mcp(), "--headers", "POST");
    assertThat(headers.out()).contains("Authorization: DPoP ").contains("DPoP: ");
  }

  @Test
  void the_address_it_ended_at_can_be_pasted_and_a_wrong_one_is_explained() throws Exception {
    Latched user = new Latched(home).atLiveTerminal().with("SSH_CONNECTION", "1 2 3 4");
    Running login = user.start("login", servers.mcp(), "--flow", "code", "--bearer");
    String address = login.awaitErr(ADDRESS);
    login.types(address);
    login.awaitErr("Not that: that is another address; .* begins with http://127.0.0.1:");

    login.types(servers.decideInBrowser("alice", address, "allow").toString());

    Ran ran = login.end();
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(user.run("token", servers.mcp()).out()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
  }

  @Test
  void a_no_in_the_browser_is_a_no() throws Exception {
    Latched user = new Latched(home).atLiveTerminal();
    Running login = user.start("login", servers.mcp(), "--flow", "code");
    String page = visit(servers.decideInBrowser("alice", login.awaitErr(ADDRESS), "deny"));
    Ran ran = login.end();
    assertThat(ran.status()).isEqualTo(4);
    assertThat(ran.err()).contains("error: the login was denied in the browser");
    assertThat(page).contains("Not signed in");
    assertThat(user.run("status", servers.mcp()).status()).isEqualTo(3);
  }

  @Test
  void a_program_is_told_the_address_and_brings_the_answer() throws Exception {
    Latched user = new Latched(home).typingLive();
    Running login = user.start("login", servers.mcp(), "--flow", "code", "--json");
    while (!login.out().contains("\n")) {
      Thread.onSpinWait();
    }
    JsonNode shown = Json.readTree(login.out().lines().findFirst().orElseThrow());
    assertThat(shown.path("event").asString()).isEqualTo("browser");
    assertThat(shown.path("opened").asBoolean(true)).isFalse();
    String led =
        servers.decideInBrowser("alice", shown.path("address").asString(), "allow").toString();
    assertThat(led).startsWith(shown.path("redirect_uri").asString());

    login.types(Json.write(Map.of("redirect", "http://127.0.0.1:1/callback?a=b")));
    login.types(Json.write(Map.of("redirect", led)));

    Ran ran = login.end();
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("{\"event\":\"not_taken\"").contains("\"signed_in\"");
  }

  @Test
  void a_port_that_was_named_and_is_taken_ends_it() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Ran ran =
          new Latched(home)
              .run(
                  "login",
                  servers.mcp(),
                  "--flow",
                  "code",
                  "--redirect-uri",
                  "http://127.0.0.1:" + other.getLocalPort() + "/callback");
      assertThat(ran.status()).as(ran.transcript()).isEqualTo(9);
      assertThat(ran.err()).contains("port " + other.getLocalPort()).contains("hint: ");
    }
    assertThat(
            new Latched(home)
                .run("login", servers.mcp(), "--redirect-uri", "http://example.com/x")
                .status())
        .isEqualTo(2);
  }

  @Test
  void it_says_which_way_it_would_take_and_why_not_the_others() {
    Latched user = new Latched(home).atTerminal("").with("SSH_CONNECTION", "1 2 3 4");
    Ran ran = user.run("login", "--explain", servers.mcp());
    assertThat(ran.status()).as(ran.transcript()).isZero();
    assertThat(ran.out())
        .contains("is done at " + servers.issuer())
        .contains("It would be done with --flow device.")
        .contains("Its client: it would be registered, as latch on kitchen.")
        .containsPattern("\\* device +a code can be entered on any device")
        .containsPattern(
            "  code +possible .*pasted here.*SSH_CONNECTION is set.*device goes before")
        .containsPattern("  challenge +no: ");
    assertThat(user.run("status", servers.mcp()).status()).as("nobody is logged in").isEqualTo(3);
  }

  @Test
  void a_program_is_told_the_same() {
    Ran ran = new Latched(home).run("login", "--explain", "--json", servers.mcp());
    JsonNode told = Json.readTree(ran.out());
    assertThat(told.path("chosen").asString()).isEqualTo("device");
    assertThat(told.path("machine").path("browser").asString()).isEqualTo("none");
    assertThat(told.path("flows").values())
        .allSatisfy(flow -> assertThat(flow.path("reason").asString()).isNotBlank());
    Ran wish =
        new Latched(home).run("login", "--explain", "--json", "--flow", "code", servers.mcp());
    assertThat(Json.readTree(wish.out()).path("chosen").asString()).isEqualTo("code");
  }

  @Test
  void what_is_pinned_is_in_the_explanation_for_a_program_too() {
    Latched user = new Latched(home);
    Ran ran = user.run("login", "--explain", "--json", "--pin", "scope=clinic:read", servers.mcp());
    assertThat(Json.readTree(ran.out()).path("pinned").path("scope").asString())
        .isEqualTo("clinic:read");
  }

  @Test
  void where_nobody_registers_clients_it_says_so_before_anybody_tries() {
    Latched user = new Latched(home).atTerminal("");
    Ran ran = user.run("login", "--explain", "--preset", "github", servers.mcp());
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(6);
    assertThat(ran.out())
        .contains("It is not possible yet: there is no client to log in as.")
        .contains("Its client: none, for the authorization server https://github.com/login/oauth")
        .contains("hint: register one there by hand, and pin client_id");
    Ran pinned =
        user.run(
            "login",
            "--explain",
            "--json",
            "--preset",
            "github",
            "--pin",
            "client_id=Iv1.abc",
            servers.mcp());
    assertThat(pinned.status()).as(pinned.transcript()).isZero();
    JsonNode client = Json.readTree(pinned.out()).path("client");
    assertThat(client.path("kind").asString()).isEqualTo("configured");
    assertThat(client.path("client_id").asString()).isEqualTo("Iv1.abc");
  }

  @Test
  void a_wish_that_cannot_be_is_named_as_such() {
    Ran ran = new Latched(home).run("login", "--explain", "--flow", "challenge", servers.mcp());
    assertThat(ran.status()).as(ran.transcript()).isEqualTo(6);
    assertThat(ran.out())
        .contains("A login with --flow challenge is not possible here.")
        .containsPattern("  device +possible ");
  }

  @Test
  void ctrl_c_while_the_browser_is_waited_for_ends_with_130() throws Exception {
    try (LatchProcess login =
        LatchProcess.start(home, "login", servers.mcp(), "--flow", "code", "--no-browser")) {
      login.awaitErr("Waiting for your browser");
      login.signal("INT");
      assertThat(login.end()).isEqualTo(130);
      assertThat(login.err())
          .endsWith("Interrupted. The login was given up; what was stored before is unchanged.\n")
          .doesNotContain("Exception");
    }
  }
}
