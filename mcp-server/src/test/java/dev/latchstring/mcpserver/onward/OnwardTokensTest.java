package dev.latchstring.mcpserver.onward;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.alice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.mcpserver.fixture.TestClock;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** RFC 8693, the side that asks. */
class OnwardTokensTest {
  private static final String VAULT = "https://vault.example/mcp";

  private final TestClock clock = new TestClock(NOW);
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final ClientIdentity clinic = ClientIdentity.confidential("clinic-mcp", "s3cret");
  private final OnwardTokens tokens =
      OnwardTokens.builder(issuer.url(), clinic).clock(clock).build();
  private final AtomicInteger issued = new AtomicInteger();

  @BeforeEach
  void answer() {
    issuer.tokenEndpoint =
        form -> {
          if (form.get("subject_token").equals("revoked")) {
            return Map.of("error", "invalid_request", "error_description", "no longer live");
          }
          return Map.of(
              "access_token",
              "for-vault-" + issued.incrementAndGet(),
              "issued_token_type",
              TokenType.ACCESS_TOKEN,
              "token_type",
              "Bearer",
              "expires_in",
              300,
              "scope",
              "vault:open");
        };
  }

  @AfterEach
  void close() {
    tokens.close();
    issuer.close();
  }

  private static CallersToken of(String value) {
    return CallersToken.of(value, alice("clinic:write"));
  }

  @Test
  void the_callers_token_is_exchanged_for_one_that_is_for_the_other_server_alone() {
    AccessToken token = tokens.of(of("callers-token")).to(VAULT, "vault:open");

    assertThat(token.value()).isEqualTo("for-vault-1");
    assertThat(token.resource()).isEqualTo(URI.create(VAULT));
    assertThat(token.scope()).isEqualTo(Scope.of("vault:open"));
    assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    Map<String, String> form = issuer.tokenRequests.getFirst();
    assertThat(form)
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .containsEntry("subject_token", "callers-token")
        .containsEntry("subject_token_type", TokenType.ACCESS_TOKEN)
        .containsEntry("requested_token_type", TokenType.ACCESS_TOKEN)
        .containsEntry("resource", VAULT)
        .containsEntry("scope", "vault:open");
    assertThat(form.get("Authorization")).startsWith("Basic ");
  }

  @Test
  void a_token_is_used_again_for_the_same_callers_token_resource_and_scope() {
    Onward alice = tokens.of(of("a"));

    assertThat(alice.to(VAULT, "vault:open")).isEqualTo(alice.to(VAULT, "vault:open"));
    assertThat(tokens.of(of("a")).to(VAULT, "vault:open").value()).isEqualTo("for-vault-1");
    assertThat(alice.to(VAULT).value()).isEqualTo("for-vault-2");
    assertThat(alice.to("https://ledger.example", "vault:open").value()).isEqualTo("for-vault-3");
    assertThat(tokens.of(of("b")).to(VAULT, "vault:open").value())
        .as("another token, if of the same person: it may allow less")
        .isEqualTo("for-vault-4");
  }

  @Test
  void a_token_is_renewed_before_it_ends_and_does_not_outlive_the_callers() {
    Onward alice = tokens.of(of("a"));
    alice.to(VAULT);
    clock.advance(Duration.ofSeconds(300 - OnwardTokens.MARGIN_SECONDS - 1));
    assertThat(alice.to(VAULT).value()).isEqualTo("for-vault-1");
    clock.advance(Duration.ofSeconds(2));
    assertThat(alice.to(VAULT).value()).isEqualTo("for-vault-2");

    Caller soon =
        new Caller(
            "alice",
            "https://login.example",
            "app",
            Scope.NONE,
            alice("").teams(),
            null,
            null,
            List.of(),
            clock.instant().plusSeconds(10),
            null);
    Onward brief = tokens.of(CallersToken.of("brief", soon));
    assertThat(brief.to(VAULT).value()).isEqualTo("for-vault-3");
    clock.advance(Duration.ofSeconds(10));
    assertThat(brief.to(VAULT).value())
        .as("so the authorization server decides")
        .isEqualTo("for-vault-4");
  }

  @Test
  void of_many_calls_at_once_one_asks() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> calls =
          IntStream.range(0, 50)
              .mapToObj(i -> threads.submit(() -> seen.add(tokens.of(of("a")).to(VAULT).value())))
              .toList();
      for (Future<Boolean> call : calls) {
        call.get();
      }
    }
    assertThat(seen).containsExactly("for-vault-1");
  }

  @Test
  void a_refusal_is_told_and_not_remembered() {
    Onward revoked = tokens.of(of("revoked"));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> revoked.to(VAULT))
          .isInstanceOfSatisfying(
              ClientException.class,
              e -> {
                assertThat(e.problem()).isEqualTo(Problem.REFUSED);
                assertThat(e.description()).contains(VAULT).contains("no longer live");
                assertThat(e.hint()).contains("clinic-mcp");
              });
    }
    assertThat(issuer.tokenRequests).hasSize(2);
  }

  @Test
  void what_is_no_access_token_is_not_used() {
    issuer.tokenEndpoint =
        form ->
            Map.of(
                "access_token",
                "x",
                "issued_token_type",
                TokenType.ID_JAG,
                "token_type",
                "Bearer",
                "expires_in",
                300);

    assertThatThrownBy(() -> tokens.of(of("a")).to(VAULT)).isInstanceOf(ClientException.class);
  }

  @Test
  void a_call_is_vouched_for_by_an_assertion_of_its_own() {
    issuer.tokenEndpoint =
        form ->
            Map.of(
                "access_token",
                "assertion-" + issued.incrementAndGet(),
                "issued_token_type",
                CallIdentity.TOKEN_TYPE,
                "token_type",
                "N_A",
                "expires_in",
                30);
    JsonNode arguments = Json.readTree("{\"branch\":\"main\"}");
    Onward alice = tokens.of(of("a"));

    assertThat(alice.identity("urn:example:tools", "git_push", arguments, "repo:write"))
        .isEqualTo("assertion-1");
    assertThat(alice.identity("urn:example:tools", "git_push", arguments))
        .as("the very same call again")
        .isEqualTo("assertion-2");
    assertThat(issuer.tokenRequests.getFirst())
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .containsEntry("requested_token_type", CallIdentity.TOKEN_TYPE)
        .containsEntry("subject_token", "a")
        .containsEntry("audience", "urn:example:tools")
        .containsEntry("call_digest", CallDigest.of("tools/call", "git_push", arguments))
        .containsEntry("scope", "repo:write")
        .doesNotContainKey("resource");
    assertThat(issuer.tokenRequests.getLast()).doesNotContainKey("scope");
  }

  @Test
  void an_access_token_is_no_assertion_and_a_refusal_is_told() {
    assertThatThrownBy(() -> tokens.of(of("a")).identity("urn:example:tools", "git_push", null))
        .as("it would be an access token in a place that is no secret's")
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> tokens.of(of("revoked")).identity("urn:example:tools", "x", null))
        .isInstanceOfSatisfying(
            ClientException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(Problem.REFUSED);
              assertThat(e.description()).contains("urn:example:tools").contains("no longer live");
              assertThat(e.hint()).contains("call_identities");
            });
    JsonNode large = Json.readTree("{\"n\":9007199254740993}");
    assertThatThrownBy(() -> tokens.of(of("a")).identity("urn:example:tools", "x", large))
        .isInstanceOf(JsonException.class);
  }

  @Test
  void with_a_key_of_its_own_the_server_takes_bound_tokens_and_no_others() {
    DpopProofs key =
        new DpopProofs(DpopProofs.newKey(new SecureRandom()), clock, new SecureRandom());
    try (OnwardTokens bound =
        OnwardTokens.builder(issuer.url(), clinic).key(key).clock(clock).build()) {
      assertThatThrownBy(() -> bound.of(of("a")).to(VAULT))
          .as("the answer's token is bound to nothing")
          .isInstanceOf(ClientException.class);
      issuer.tokenEndpoint =
          form ->
              Map.of(
                  "access_token",
                  "bound",
                  "issued_token_type",
                  TokenType.ACCESS_TOKEN,
                  "token_type",
                  "DPoP",
                  "expires_in",
                  300);

      AccessToken token = bound.of(of("a")).to(VAULT);

      assertThat(token.isBound()).isTrue();
      assertThat(token.headers("POST", URI.create(VAULT), null)).containsKey("DPoP");
    }
  }

  @Test
  void the_callers_token_is_in_no_text() {
    assertThat(of("callers-token").toString()).doesNotContain("callers-token");
    assertThat(tokens.toString()).doesNotContain("s3cret");
    assertThatThrownBy(
            () -> OnwardTokens.builder(issuer.url(), ClientIdentity.publicClient("clinic-mcp")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
