package dev.latchstring.mcpserver.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchstring.mcpserver.audit.AuditEntry;
import dev.latchstring.mcpserver.fixture.TestIssuer;
import dev.latchstring.mcpserver.identity.IdentityAssertions;
import dev.latchstring.mcpserver.sdk.StdioLogin;
import dev.latchstring.mcpserver.sdk.StdioTransport;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.identity.CallDigest;
import dev.latchstring.oauth.identity.CallIdentity;
import dev.latchstring.testing.StdioHost;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A login that is one person's, on a server that is told for each call who makes it. */
class KitIdentityTest {
  private static final String AUDIENCE = "urn:example:notes";

  private final TestIssuer issuer = TestIssuer.start(Clock.systemUTC());
  private final ECKey key = issuer.newEcKey("ec-1");
  private final IdentityAssertions identities =
      IdentityAssertions.builder(AUDIENCE).issuer(issuer.url()).build();
  private final BlockingQueue<AuditEntry> audited = new LinkedBlockingQueue<>();
  private StdioHost host;

  /** The login is Alice's: a token of the environment that says so. */
  @BeforeEach
  void start() throws Exception {
    String token =
        issuer.jwt(key, "at+jwt", issuer.claims("https://api.example", "alice", "notes"));
    StdioLogin login =
        StdioLogin.builder(
                ToolAuthorizer.builder(Requirement.scopes("notes")).audit(audited::add).build())
            .provider(Provider.of("notes", URI.create("https://api.example")).tokenFrom("TOKEN"))
            .identities(identities)
            .environment(Map.of("TOKEN", token))
            .build();
    host =
        new StdioHost(
                (in, out) -> {
                  StdioTransport transport = login.transport(in, out);
                  McpServer.sync(transport)
                      .serverInfo("notes", "1")
                      .tools(
                          login.tool(
                              Tool.builder("whoami", Map.of("type", "object")).build(),
                              (access, request) ->
                                  CallToolResult.builder()
                                      .addTextContent(access.caller().subject())
                                      .build()))
                      .immediateExecution(true)
                      .build();
                  transport.awaitEnd();
                })
            .initialize("2025-11-25", "{}");
  }

  @AfterEach
  void stop() throws IOException {
    host.close();
    identities.close();
    issuer.close();
  }

  @Test
  void its_own_person_may_use_it() throws Exception {
    assertThat(StdioHost.textOf(call(assertion("alice", AUDIENCE)))).isEqualTo("alice");
    assertThat(StdioHost.textOf(host.call("tools/call", "{\"name\":\"whoami\"}")))
        .as("nobody is named, and nobody has to be")
        .isEqualTo("alice");
  }

  @Test
  void another_person_may_not_and_the_audit_trail_says_so() throws Exception {
    JsonNode refused = call(assertion("bob", AUDIENCE));
    assertThat(refused.path("error").path("code").asInt()).isEqualTo(-31403);
    assertThat(refused.toString()).doesNotContain("alice");
    AuditEntry entry = audited.poll(120, TimeUnit.SECONDS);
    assertThat(entry).isNotNull();
    assertThat(entry.toString()).contains("access_denied").doesNotContain("outcome=allowed");
  }

  @Test
  void an_assertion_for_another_server_or_used_before_is_not_believed() throws Exception {
    JsonNode foreign = call(assertion("alice", "urn:example:elsewhere"));
    assertThat(foreign.path("error").path("code").asInt()).isEqualTo(-31401);
    String once = assertion("alice", AUDIENCE);
    assertThat(StdioHost.textOf(call(once))).isEqualTo("alice");
    assertThat(call(once).path("error").path("code").asInt()).isEqualTo(-31401);
    JsonNode unsigned =
        host.call(
            "tools/call",
            "{\"name\":\"whoami\",\"_meta\":{\"%s\":{\"sub\":\"alice\"}}}"
                .formatted(CallIdentity.META_KEY));
    assertThat(unsigned.path("error").path("code").asInt()).isEqualTo(-31401);
  }

  private JsonNode call(String assertion) throws Exception {
    return host.call(
        "tools/call",
        "{\"name\":\"whoami\",\"arguments\":{},\"_meta\":{\"%s\":\"%s\"}}"
            .formatted(CallIdentity.META_KEY, assertion));
  }

  private String assertion(String subject, String audience) {
    Map<String, Object> claims = new LinkedHashMap<>(issuer.claims(audience, subject, "notes"));
    claims.put("exp", issuer.now().getEpochSecond() + 30);
    claims.put("groups", List.of());
    claims.put(
        CallIdentity.DIGEST_CLAIM,
        CallDigest.of("tools/call", "whoami", Json.mapper().createObjectNode()));
    return issuer.jwt(key, CallIdentity.TYPE, claims);
  }
}
