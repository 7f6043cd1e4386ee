package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.mcpserver.http.AccessTokenVerifier;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.onward.CallersToken;
import dev.latchstring.mcpserver.onward.OnwardTokens;
import dev.latchstring.mcpserver.tools.Actor;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A platform's gateway, {@code latch serve}, and the servers that are called on people's behalf.
 */
@Timeout(300)
class PlatformTest {
  private static final String GATEWAY = "http://localhost:9100/mcp";
  private static final String VAULT = "http://localhost:9200/mcp";
  private static final String TOOLS = "urn:example:team-tools";
  private static final String SECRET = "gateway-secret-0123456789";
  private static final JsonNode ARGUMENTS = Json.readTree("{\"branch\":\"main\",\"as\":\"root\"}");

  private static final String CONFIGURATION =
      """
      accounts:
        - username: alice
          password: "correct horse battery staple"
          teams: [platform]
      clients:
        - client_id: host
          grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
        - client_id: gateway
          client_secret: "gateway-secret-0123456789"
          grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"]
      resources:
        - { resource: "http://localhost:9100/mcp", scopes: [tools:use] }
        - { resource: "http://localhost:9200/mcp", scopes: [vault:open] }
      exchanges:
        - { client: gateway, from: "http://localhost:9100/mcp", to: "http://localhost:9200/mcp", scope: vault:open }
      call_identities:
        - { client: gateway, from: "http://localhost:9100/mcp", audience: "urn:example:team-tools", requires: tools:use, scope: repo:write }
      """;

  @TempDir private Path folder;

  @Test
  void a_gateway_calls_tools_for_a_person_and_a_tool_calls_another_server_for_her()
      throws Exception {
    try (ServeProcess serve = ServeProcess.startWith(folder, CONFIGURATION);
        Http http = new Http();
        IdentityAssertions identities =
            IdentityAssertions.builder(TOOLS)
                .issuer(serve.issuer().toString())
                .required()
                .build()) {
      String token = token(serve.issuer(), http);
      assertion(serve.issuer(), http, token, identities);
      onward(serve.issuer().toString(), token);
    }
  }

  private static void assertion(
      URI issuer, Http http, String token, IdentityAssertions identities) {
    String digest = CallDigest.of("tools/call", "git_push", ARGUMENTS);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    form.put("requested_token_type", CallIdentity.TOKEN_TYPE);
    form.put("subject_token", token);
    form.put("subject_token_type", TokenType.ACCESS_TOKEN);
    form.put("audience", TOOLS);
    form.put("call_digest", digest);
    String basic =
        new ClientAuthentication("gateway", SECRET, ClientAuthentication.BASIC).authorization();
    JsonNode answer = Json.readTree(http.postForm(issuer.resolve("/token"), form, basic).body());
    assertThat(answer.path("issued_token_type").asString()).isEqualTo(CallIdentity.TOKEN_TYPE);
    JsonNode meta =
        Json.mapper()
            .valueToTree(Map.of(CallIdentity.META_KEY, answer.path("access_token").asString()));

    assertThatThrownBy(() -> identities.caller(meta, "tools/call", "drop_database", ARGUMENTS))
        .isInstanceOf(OAuthException.class);
    Caller caller = identities.caller(meta, "tools/call", "git_push", ARGUMENTS).orElseThrow();
    assertThatThrownBy(() -> identities.caller(meta, "tools/call", "git_push", ARGUMENTS))
        .hasMessageContaining("used before");

    assertThat(caller.issuer()).isEqualTo(issuer.toString());
    assertThat(caller.subject()).isEqualTo(verified(issuer.toString(), GATEWAY, token).subject());
    assertThat(caller.actors()).extracting(Actor::subject).containsExactly("gateway");
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.nobody())
            .tool("git_push", Requirement.scopes("repo:write").teams("platform"))
            .build();
    assertThat(tools.admit(caller, "tools/call", "git_push", ARGUMENTS))
        .isEqualTo(new Decision.Allowed());
    assertThat(tools.admit(caller, "tools/call", "other", null))
        .isInstanceOf(Decision.Refused.class);
  }

  private static void onward(String issuer, String token) {
    Caller caller = verified(issuer, GATEWAY, token);
    try (OnwardTokens tokens =
        OnwardTokens.builder(issuer, ClientIdentity.confidential("gateway", SECRET)).build()) {
      var way = tokens.of(CallersToken.of(token, caller));

      AccessToken first = way.to(VAULT, "vault:open");

      assertThat(first.scope()).isEqualTo(Scope.of("vault:open"));
      assertThat(way.to(VAULT, "vault:open")).isSameAs(first);
      assertThat(first.value()).isNotEqualTo(token);
      Caller there = verified(issuer, VAULT, first.value());
      assertThat(there.isSamePerson(caller)).isTrue();
      assertThat(there.actors()).extracting(Actor::subject).containsExactly("gateway");
      assertThatThrownBy(() -> verified(issuer, VAULT, token))
          .as("the caller's own token is no good there")
          .isInstanceOf(OAuthException.class);
      assertThatThrownBy(() -> way.to("http://localhost:9300/mcp"))
          .isInstanceOf(ClientException.class);
    }
  }

  private static Caller verified(String issuer, String resource, String token) {
    try (AccessTokenVerifier verifier = AccessTokenVerifier.builder(issuer, resource).build()) {
      return verifier.verify(token);
    }
  }

  private static String token(URI issuer, Http http) throws Exception {
    JsonNode asked =
        Json.readTree(
            http.postForm(
                    issuer.resolve("/device_authorization"),
                    Map.of("client_id", "host", "scope", "tools:use", "resource", GATEWAY),
                    null)
                .body());
    Person.approves(issuer, asked);
    JsonNode tokens =
        Json.readTree(
            http.postForm(
                    issuer.resolve("/token"),
                    Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id",
                        "host",
                        "device_code",
                        asked.path("device_code").asString(),
                        "resource",
                        GATEWAY),
                    null)
                .body());
    assertThat(tokens.path("access_token").asString("")).as("%s", tokens).isNotEmpty();
    assertThat(List.of(tokens.path("scope").asString())).containsExactly("tools:use");
    return tokens.path("access_token").asString();
  }
}
