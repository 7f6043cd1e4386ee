package dev.latchstring.authorizationserver;

import static dev.latchstring.authorizationserver.RunningServer.VAULT;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.device.DeviceCode;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Nimbus' {@code oauth2-oidc-sdk}, which shares no code with the server, tries what the
 * specifications forbid where a person logs in: codes, refresh tokens, device codes.
 */
class IndependentLoginAttacksTest {
  private static final URI CALLBACK = URI.create("http://127.0.0.1:7777/callback");

  private static RunningServer server;
  private static NimbusClient client;

  @BeforeAll
  static void start() {
    server =
        RunningServer.start(
            CodeFlow.YAML
                .replace("device_code\"]", "device_code\", refresh_token]")
                .replace(
                    "clients:\n",
                    """
                    clients:
                      - client_id: other-phone
                        grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
                    """));
    client = new NimbusClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> authorization_code() {
    ClientID desktop = new ClientID("desktop");
    CodeVerifier verifier = new CodeVerifier(CodeFlow.VERIFIER);
    return Stream.of(
        NimbusClient.row(
            "a code for tokens", "200", () -> client.ask(desktop, code(CALLBACK, verifier))),
        NimbusClient.row(
            "RFC 6749 §4.1.2: a code used twice",
            "400 invalid_grant",
            () -> {
              AuthorizationGrant grant = code(CALLBACK, verifier);
              client.ask(desktop, grant);
              return client.ask(desktop, grant);
            }),
        NimbusClient.row(
            "RFC 6749 §4.1.3: a code of another client",
            "400 invalid_grant",
            () ->
                client.ask(
                    NimbusClient.basic("web", "web-secret-0123456789-0123"),
                    code(CALLBACK, verifier))),
        NimbusClient.row(
            "RFC 6749 §4.1.3: another redirect_uri",
            "400 invalid_grant",
            () -> client.ask(desktop, code(CALLBACK.resolve("/elsewhere"), verifier))),
        NimbusClient.row(
            "RFC 7636 §4.6: another verifier",
            "400 invalid_grant",
            () -> client.ask(desktop, code(CALLBACK, new CodeVerifier()))),
        NimbusClient.row(
            "RFC 7636 §4.6: no verifier",
            "400 invalid_request",
            () -> client.ask(desktop, code(CALLBACK, null))),
        NimbusClient.row(
            "RFC 6749 §4.1.2: a code after its minute",
            "400 invalid_grant",
            () -> {
              AuthorizationGrant grant = code(CALLBACK, verifier);
              server.clock().advance(Duration.ofSeconds(61));
              return client.ask(desktop, grant);
            }));
  }

  private static AuthorizationGrant code(URI redirect, CodeVerifier verifier) {
    String code = new CodeFlow(server).code(CodeFlow.request());
    return new AuthorizationCodeGrant(new AuthorizationCode(code), redirect, verifier);
  }

  @TestFactory
  Stream<DynamicTest> refresh_token() {
    ClientID phone = new ClientID("phone");
    return Stream.of(
        NimbusClient.row("a refresh token for tokens", "200", () -> client.ask(phone, refresh())),
        NimbusClient.row(
            "RFC 6749 §6: more scope than was given",
            "400 invalid_scope",
            () -> client.ask(phone, refresh(), with -> with.scope(new Scope("clinic:write")))),
        NimbusClient.row(
            "RFC 8707 §2.2: another resource",
            "400 invalid_target",
            () -> client.ask(phone, refresh(), with -> with.resource(URI.create(VAULT)))),
        NimbusClient.row(
            "RFC 6749 §6: another client's",
            "400 invalid_grant",
            () -> client.ask(new ClientID("other-phone"), refresh())),
        NimbusClient.row(
            "RFC 9700 §4.14.2: used again, after the grace",
            "400 invalid_grant",
            () -> {
              AuthorizationGrant grant = refresh();
              client.ask(phone, grant);
              server.clock().advance(Duration.ofSeconds(31));
              return client.ask(phone, grant);
            }),
        NimbusClient.row(
            "RFC 6749 §10.4: one that nobody gave",
            "400 invalid_grant",
            () -> client.ask(phone, new RefreshTokenGrant(new RefreshToken(32)))));
  }

  private static AuthorizationGrant refresh() {
    return new RefreshTokenGrant(
        new RefreshToken(server.login("scope", "clinic:read").path("refresh_token").asString()));
  }

  @TestFactory
  Stream<DynamicTest> device_code() {
    ClientID phone = new ClientID("phone");
    return Stream.of(
        NimbusClient.row(
            "a device code for tokens", "200", () -> client.ask(phone, device("allow"))),
        NimbusClient.row(
            "RFC 8628 §3.5: before anybody decided",
            "400 authorization_pending",
            () -> client.ask(phone, device(null))),
        NimbusClient.row(
            "RFC 8628 §3.5: polls without the interval",
            "400 slow_down",
            () -> {
              AuthorizationGrant grant = device(null);
              client.ask(phone, grant);
              return client.ask(phone, grant);
            }),
        NimbusClient.row(
            "RFC 8628 §3.5: a no", "400 access_denied", () -> client.ask(phone, device("deny"))),
        NimbusClient.row(
            "RFC 8628 §3.4: another client's",
            "400 invalid_grant",
            () -> client.ask(new ClientID("other-phone"), device("allow"))),
        NimbusClient.row(
            "RFC 8628 §5.2: used twice",
            "400 invalid_grant",
            () -> {
              AuthorizationGrant grant = device("allow");
              client.ask(phone, grant);
              return client.ask(phone, grant);
            }),
        NimbusClient.row(
            "RFC 8628 §3.5: after its time",
            "400 expired_token",
            () -> {
              AuthorizationGrant grant = device("allow");
              server.clock().advance(Duration.ofMinutes(11));
              return client.ask(phone, grant);
            }));
  }

  private static AuthorizationGrant device(String decision) {
    JsonNode asked = server.ask();
    if (decision != null) {
      server.decide(asked, "alice", "correct horse", decision);
    }
    return new DeviceCodeGrant(new DeviceCode(asked.path("device_code").asString()));
  }
}
