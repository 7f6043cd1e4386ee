package dev.latchstring.authorizationserver;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static dev.latchstring.authorizationserver.RunningServer.VAULT;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretJWT;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.latchstring.authorizationserver.assertion.TestIssuer;
import dev.latchstring.authorizationserver.authorize.CodeFlow;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Nimbus' {@code oauth2-oidc-sdk} tries what the specifications forbid where no person is: client
 * authentication, assertions, token exchange, proofs.
 */
class IndependentMachineAttacksTest {
  private static final Secret SECRET = new Secret("nimbus-secret-0123456789-nimbus-secret");

  private static ECKey key;
  private static ECKey stranger;
  private static TestIssuer platform;
  private static RunningServer server;
  private static NimbusClient client;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    stranger = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    platform = new TestIssuer();
    String clients =
        """
        clients:
          - { client_id: job, client_secret: "%1$s", grant_types: [client_credentials], scope: "clinic:read" }
          - { client_id: signer, grant_types: [client_credentials], scope: "clinic:read", jwks: %2$s }
          - { client_id: runner, grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }
          - { client_id: clinic-mcp, client_secret: "%1$s", grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"] }
          - { client_id: other-mcp, client_secret: "%1$s", grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"] }
        """
            .formatted(SECRET.getValue(), new JWKSet(key.toPublicJWK()));
    String trusted =
        """
        trusted_issuers:
          - issuer: %1$s
            jwks_uri: %1$s/jwks
            use: [workload]
            workloads:
              - { subject: deployer, resources: [http://localhost:9100/mcp], scope: "clinic:read" }
        exchanges:
          - { client: clinic-mcp, from: http://localhost:9100/mcp, to: http://localhost:9200/mcp, scope: vault:open }
        """
            .formatted(platform.issuer());
    server = RunningServer.start(CodeFlow.YAML.replace("clients:\n", clients) + trusted);
    client = new NimbusClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    platform.close();
  }

  @TestFactory
  Stream<DynamicTest> client_credentials() {
    ClientCredentialsGrant grant = new ClientCredentialsGrant();
    return Stream.of(
        NimbusClient.row(
            "a secret",
            "200",
            () -> client.ask(NimbusClient.basic("job", SECRET.getValue()), grant)),
        NimbusClient.row(
            "an assertion", "200", () -> client.ask(signed(key, server.issuer(), 60), grant)),
        NimbusClient.row(
            "RFC 6749 §2.3.1: a wrong secret",
            "401 invalid_client",
            () -> client.ask(NimbusClient.basic("job", "wrong"), grant)),
        NimbusClient.row(
            "RFC 7591 §2: a secret in another place",
            "401 invalid_client",
            () -> client.ask(new ClientSecretPost(new ClientID("job"), SECRET), grant)),
        NimbusClient.row(
            "RFC 6749 §3.3: more scope than the client has",
            "400 invalid_scope",
            () ->
                client.ask(
                    NimbusClient.basic("job", SECRET.getValue()),
                    grant,
                    with -> with.scope(new Scope("clinic:write")))),
        NimbusClient.row(
            "RFC 7523 §3: an assertion used twice",
            "401 invalid_client",
            () -> {
              ClientAuthentication assertion = signed(key, server.issuer(), 60);
              client.ask(assertion, grant);
              return client.ask(assertion, grant);
            }),
        NimbusClient.row(
            "RFC 7523 §3: another audience",
            "401 invalid_client",
            () -> client.ask(signed(key, "https://elsewhere.example", 60), grant)),
        NimbusClient.row(
            "RFC 7523 §3: expired",
            "401 invalid_client",
            () -> client.ask(signed(key, server.issuer(), -60), grant)),
        NimbusClient.row(
            "RFC 7523 §3: another key",
            "401 invalid_client",
            () -> client.ask(signed(stranger, server.issuer(), 60), grant)),
        NimbusClient.row(
            "RFC 8725 §3.1: an HMAC where a signature is registered",
            "401 invalid_client",
            () ->
                client.ask(
                    new ClientSecretJWT(
                        new ClientID("signer"),
                        URI.create(server.issuer() + "/token"),
                        JWSAlgorithm.HS256,
                        SECRET),
                    grant)));
  }

  private static ClientAuthentication signed(ECKey with, String audience, int seconds)
      throws Exception {
    return new PrivateKeyJWT(
        claims(audience, seconds), JWSAlgorithm.ES256, with.toPrivateKey(), "k", null);
  }

  private static JWTAuthenticationClaimsSet claims(String audience, int seconds) {
    return new JWTAuthenticationClaimsSet(
        new ClientID("signer"),
        List.of(new Audience(audience)),
        Date.from(now().plusSeconds(seconds)),
        null,
        Date.from(now()),
        new JWTID());
  }

  @TestFactory
  Stream<DynamicTest> jwt_bearer() {
    return Stream.of(
        NimbusClient.row("a workload's token", "200", () -> workload(c -> {})),
        NimbusClient.row(
            "RFC 7523 §3: another issuer",
            "400 invalid_grant",
            () -> workload(c -> c.issuer("https://elsewhere.example"))),
        NimbusClient.row(
            "RFC 7523 §3: another audience",
            "400 invalid_grant",
            () -> workload(c -> c.audience("https://elsewhere.example"))),
        NimbusClient.row(
            "RFC 7523bis §3: several audiences",
            "400 invalid_grant",
            () -> workload(c -> c.audience(List.of(server.issuer(), "https://b.example")))),
        NimbusClient.row(
            "RFC 7523 §3: expired",
            "400 invalid_grant",
            () -> workload(c -> c.expirationTime(Date.from(now().minusSeconds(60))))),
        NimbusClient.row(
            "RFC 7523 §3: not valid yet",
            "400 invalid_grant",
            () -> workload(c -> c.notBeforeTime(Date.from(now().plusSeconds(300))))),
        NimbusClient.row(
            "RFC 7523 §3: a subject that no rule names",
            "400 invalid_grant",
            () -> workload(c -> c.subject("somebody"))));
  }

  private static String workload(Consumer<JWTClaimsSet.Builder> change) throws Exception {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(platform.issuer())
            .subject("deployer")
            .audience(server.issuer())
            .issueTime(Date.from(now()))
            .expirationTime(Date.from(now().plusSeconds(300)))
            .jwtID(UUID.randomUUID().toString());
    change.accept(claims);
    SignedJWT assertion = SignedJWT.parse(platform.sign(claims, JOSEObjectType.JWT.getType()));
    return client.ask(new ClientID("runner"), new JWTBearerGrant(assertion));
  }

  @TestFactory
  Stream<DynamicTest> token_exchange() {
    ClientAuthentication mcp = NimbusClient.basic("clinic-mcp", SECRET.getValue());
    Consumer<TokenRequest.Builder> vault = with -> with.resource(URI.create(VAULT));
    return Stream.of(
        NimbusClient.row(
            "a token for another server", "200", () -> client.ask(mcp, exchange(persons()), vault)),
        NimbusClient.row(
            "RFC 8693 §2.2.2: a token that nobody issued",
            "400 invalid_request",
            () -> client.ask(mcp, exchange(new BearerAccessToken()), vault)),
        NimbusClient.row(
            "RFC 8693 §2.2.2: a client that no rule names",
            "400 invalid_request",
            () ->
                client.ask(
                    NimbusClient.basic("other-mcp", SECRET.getValue()),
                    exchange(persons()),
                    vault)),
        NimbusClient.row(
            "RFC 8693 §2.2.2: a server that its rule does not name",
            "400 invalid_target",
            () ->
                client.ask(
                    mcp,
                    exchange(persons()),
                    with -> with.resource(URI.create("https://elsewhere.example/mcp")))),
        NimbusClient.row(
            "RFC 8693 §2.1: a type that nobody knows",
            "400 invalid_request",
            () ->
                client.ask(
                    mcp,
                    new TokenExchangeGrant(new TypelessToken("x"), TokenTypeURI.SAML2),
                    vault)),
        NimbusClient.row(
            "RFC 8693 §2.2.2: a token that expired",
            "400 invalid_request",
            () -> {
              AuthorizationGrant grant = exchange(persons());
              server.clock().advance(Duration.ofMinutes(11));
              return client.ask(mcp, grant, vault);
            }));
  }

  private static Token persons() {
    return new BearerAccessToken(server.login().path("access_token").asString());
  }

  private static AuthorizationGrant exchange(Token token) {
    return new TokenExchangeGrant(token, TokenTypeURI.ACCESS_TOKEN);
  }

  @TestFactory
  Stream<DynamicTest> proof_of_possession() {
    URI here = URI.create(server.issuer() + "/token");
    return Stream.of(
        NimbusClient.row("a proof", "200", () -> prove("POST", here, 0, 1)),
        NimbusClient.row(
            "RFC 9449 §4.3: another method",
            "400 invalid_dpop_proof",
            () -> prove("GET", here, 0, 1)),
        NimbusClient.row(
            "RFC 9449 §4.3: another address",
            "400 invalid_dpop_proof",
            () -> prove("POST", here.resolve("/introspect"), 0, 1)),
        NimbusClient.row(
            "RFC 9449 §4.3: an hour ago",
            "400 invalid_dpop_proof",
            () -> prove("POST", here, 3600, 1)),
        NimbusClient.row(
            "RFC 9449 §11.1: used twice",
            "400 invalid_dpop_proof",
            () -> prove("POST", here, 0, 2)));
  }

  private static String prove(String method, URI target, int secondsAgo, int times)
      throws Exception {
    SignedJWT proof =
        new DefaultDPoPProofFactory(stranger, JWSAlgorithm.ES256)
            .createDPoPJWT(
                new JWTID(), method, target, Date.from(now().minusSeconds(secondsAgo)), null, null);
    String outcome = "";
    for (int i = 0; i < times; i++) {
      HTTPRequest request =
          client
              .request(NimbusClient.basic("job", SECRET.getValue()), new ClientCredentialsGrant())
              .resource(URI.create(CLINIC))
              .build()
              .toHTTPRequest();
      request.setDPoP(proof);
      outcome = NimbusClient.send(request);
    }
    return outcome;
  }

  private static Instant now() {
    return server.clock().instant();
  }
}
