package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.testing.NeedsChromium;
import dev.latchstring.testing.NeedsNode;
import dev.latchstring.testing.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Other people's OAuth clients through the authorization code grant, with a person at a real
 * browser: {@code openid-client}, and the official conformance suite.
 */
@Execution(ExecutionMode.CONCURRENT)
@NeedsNode
@NeedsChromium
class CodeFlowPeersTest {
  private static final String RESOURCE = "http://localhost:9100/mcp";
  private static final Pattern ADDRESS = Pattern.compile("http://\\S*/authorize\\?\\S+");

  @TempDir private static Path folder;
  private static ServeProcess serve;
  private static int callback;

  @BeforeAll
  static void start() throws Exception {
    callback = Ports.free();
    serve =
        ServeProcess.start(
            folder,
            RESOURCE,
            """
            clients:
              - client_id: conformance
                token_endpoint_auth_method: none
                grant_types: [authorization_code, refresh_token]
                redirect_uris: ["http://127.0.0.1/callback"]
            """);
  }

  @AfterAll
  static void stop() throws Exception {
    serve.close();
  }

  @Test
  void a_code_leads_to_tokens_a_name_and_back_to_nothing_when_replayed() throws Exception {
    try (PeerProcess peer = start("code")) {
      assertThat(
              WebPerson.allows(peer.next("allow").path("url").asString()).path("text").asString())
          .contains("openid-client peer")
          .contains("See your name");
      peer.finish();
    }
  }

  @Test
  void a_client_signs_the_person_out_and_gets_them_back() throws Exception {
    Path cookies = folder.resolve("cookies.json");
    try (PeerProcess peer = start("logout")) {
      WebPerson.allows(peer.next("allow").path("url").asString(), cookies);
      assertThat(WebPerson.leaves(peer.next("leave").path("url").asString(), cookies))
          .isEqualTo("Sign in");
      peer.finish();
    }
  }

  @Test
  void a_request_can_be_pushed() throws Exception {
    try (PeerProcess peer = start("pushed")) {
      WebPerson.allows(peer.next("allow").path("url").asString());
      peer.finish();
    }
  }

  @Test
  void a_person_who_says_no_is_heard() throws Exception {
    try (PeerProcess peer = start("denied")) {
      WebPerson.denies(peer.next("deny").path("url").asString());
      peer.finish();
    }
  }

  @Test
  void a_code_is_worth_nothing_in_other_hands() throws Exception {
    try (PeerProcess peer = start("stolen")) {
      WebPerson.allows(peer.next("allow").path("url").asString());
      peer.finish();
    }
  }

  @Test
  void tokens_belong_to_the_key_that_asked() throws Exception {
    try (PeerProcess peer = start("dpop")) {
      WebPerson.allows(peer.next("allow").path("url").asString());
      peer.finish();
    }
  }

  /** Its client is public: where {@code none} is offered, it authenticates in no other way. */
  @Test
  void the_conformance_suite_finds_nothing() throws Exception {
    List<String> command =
        List.of(
            NodePeers.node().toString(),
            NodePeers.program("@modelcontextprotocol/conformance/dist/index.js").toString(),
            "authorization",
            "--url",
            serve.issuer().toString(),
            "--client-id",
            "conformance",
            "--resource",
            RESOURCE,
            "--port",
            Integer.toString(callback));
    try (Console suite = Console.start(command, Map.of())) {
      Matcher address = suite.await(ADDRESS);
      WebPerson.allows(address.group());
      assertThat(suite.finish()).as(suite.transcript()).isZero();
      assertThat(suite.transcript())
          .contains("Total: 3 passed, 0 failed")
          .doesNotContainIgnoringCase("warning")
          .doesNotContainIgnoringCase("skipped");
    }
  }

  private static PeerProcess start(String scenario) throws Exception {
    return NodePeers.start(
        Map.of(), "openid-code.mjs", serve.issuer().toString(), RESOURCE, scenario);
  }
}
