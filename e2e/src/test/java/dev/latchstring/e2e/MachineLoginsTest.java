package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.latchstring.authorizationserver.AuthorizationServer;
import dev.latchstring.authorizationserver.config.ConfigurationReader;
import dev.latchstring.authorizationserver.config.Overrides;
import dev.latchstring.client.AccessToken;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Problem;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.machine.ClientCredentials;
import dev.latchstring.client.machine.CommandOrigin;
import dev.latchstring.client.machine.FileOrigin;
import dev.latchstring.client.machine.GivenOrigin;
import dev.latchstring.client.machine.IdJag;
import dev.latchstring.client.machine.IdentityProvider;
import dev.latchstring.client.machine.JwtBearer;
import dev.latchstring.client.machine.MachineConfiguration;
import dev.latchstring.client.machine.MachineGrant;
import dev.latchstring.client.machine.OwnAssertion;
import dev.latchstring.client.machine.TokenExchange;
import dev.latchstring.client.machine.TokenExchange.Presented;
import dev.latchstring.client.machine.TokenOrigin;
import dev.latchstring.client.machine.WorkloadIdentity;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.examples.clinic.ClinicServer;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.testing.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every login without a person, by the client library, at the product's own authorization server;
 * each token is used at an MCP server. A second authorization server is the identity provider.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(300)
class MachineLoginsTest {
  private static final String SECRET = "secret-of-the-machines-0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private static Path home;
  private static ECKey clientKey;
  private static RSAKey rsaKey;
  private static ECKey platformKey;
  private static ClinicServer clinic;
  private static AuthorizationServer server;
  private static AuthorizationServer provider;
  private static URI agent;
  private LatchClient client;

  @BeforeAll
  static void start() throws Exception {
    clientKey = new ECKeyGenerator(Curve.P_256).keyID("client-1").generate();
    rsaKey = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    platformKey = new ECKeyGenerator(Curve.P_256).keyID("platform-1").generate();
    int port = Ports.free();
    int providerPort = Ports.free();
    URI issuer = URI.create("http://localhost:" + port);
    String providerIssuer = "http://localhost:" + providerPort;
    agent = URI.create("http://localhost:9300/mcp");
    clinic = ClinicServer.start(0, issuer);
    server =
        start(
            """
            issuer: $ISSUER
            data: $DATA
            clients:
              - { client_id: job, client_secret: $SECRET, grant_types: [client_credentials], scope: "clinic:read" }
              - { client_id: job-post, client_secret: $SECRET, token_endpoint_auth_method: client_secret_post, grant_types: [client_credentials], scope: "clinic:read" }
              - { client_id: job-key, token_endpoint_auth_method: private_key_jwt, jwks: { keys: [$CLIENT] }, grant_types: [client_credentials], scope: "clinic:read" }
              - { client_id: job-rsa, token_endpoint_auth_method: private_key_jwt, jwks: { keys: [$RSA] }, grant_types: [client_credentials], scope: "clinic:read" }
              - { client_id: runner, grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }
              - { client_id: wiki-at-clinic, client_secret: $SECRET, grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }
              - client_id: agent
                client_secret: $SECRET
                grant_types: [client_credentials, "urn:ietf:params:oauth:grant-type:token-exchange"]
                scope: "clinic:read agent:use"
            accounts:
              - { username: alice, password: "correct horse battery staple" }
            resources:
              - { resource: $CLINIC, scopes: [clinic:read, clinic:write] }
              - { resource: $AGENT, scopes: [agent:use] }
            trusted_issuers:
              - issuer: https://platform.example.com
                jwks: { keys: [$PLATFORM] }
                use: [workload]
                workloads:
                  - { subject: "system:serviceaccount:ci:deployer", resources: [$CLINIC], scope: "clinic:read" }
              - issuer: $PROVIDER
                use: [id_jag]
                clients: [wiki-at-clinic]
                scope: "clinic:read"
                accounts: { claim: preferred_username }
            exchanges:
              - { client: agent, from: $AGENT, to: $CLINIC, scope: clinic:read }
            """,
            issuer.toString(),
            providerIssuer,
            "clinic");
    provider =
        start(
            """
            issuer: $ISSUER
            data: $DATA
            clients:
              - { client_id: wiki, client_secret: $SECRET, grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"] }
            accounts:
              - { username: alice, password: "correct horse battery staple" }
            resources:
              - { resource: $CLINIC, scopes: [clinic:read, clinic:write] }
            trusted_issuers:
              - issuer: https://corp.example.com
                jwks: { keys: [$PLATFORM] }
                use: [subject_token]
                accounts: { claim: sub }
            id_jag_audiences:
              - audience: $PROVIDER
                clients: { wiki: wiki-at-clinic }
                resources: [$CLINIC]
                scope: "clinic:read"
            """,
            providerIssuer,
            issuer.toString(),
            "provider");
  }

  private static AuthorizationServer start(
      String yaml, String issuer, String other, String folder) {
    return AuthorizationServer.start(
        ConfigurationReader.parse(
            yaml.replace("$ISSUER", issuer)
                .replace("$PROVIDER", other)
                .replace("$DATA", home.resolve(folder).toString())
                .replace("$SECRET", SECRET)
                .replace("$CLINIC", clinic.url().toString())
                .replace("$AGENT", agent.toString())
                .replace("$CLIENT", clientKey.toPublicJWK().toJSONString())
                .replace("$RSA", rsaKey.toPublicJWK().toJSONString())
                .replace("$PLATFORM", platformKey.toPublicJWK().toJSONString()),
            Overrides.of(Map.of())));
  }

  @AfterAll
  static void stop() {
    provider.close();
    server.close();
    clinic.close();
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  private TokenSource tokens(MachineGrant grant, ClientIdentity identity) {
    client =
        LatchClient.using(new MemoryTokenStore())
            .clientIdentity(identity)
            .machine(MachineConfiguration.of(grant))
            .build();
    return client.account(clinic.url()).tokens();
  }

  private ClientException failure(MachineGrant grant, ClientIdentity identity) {
    ClientException e =
        catchThrowableOfType(ClientException.class, () -> tokens(grant, identity).token());
    assertThat(e).isNotNull();
    return e;
  }

  /** Gets a token and uses it; the second token as well, after the first was rejected. */
  private AccessToken works(MachineGrant grant, ClientIdentity identity) throws Exception {
    TokenSource tokens = tokens(grant, identity);
    AccessToken token = tokens.token();
    assertThat(token.scope()).isEqualTo(Scope.of("clinic:read"));
    assertThat(token.isBound()).as("the server takes proofs").isTrue();
    assertThat(call(token)).isEqualTo(200);
    assertThat(call(tokens.rejected(token))).isEqualTo(200);
    return token;
  }

  private static int call(AccessToken token) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(clinic.url())
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{\
                      "protocolVersion":"2025-11-25","capabilities":{},\
                      "clientInfo":{"name":"t","version":"1"}}}\
                      """));
      token.headers("POST", clinic.url(), null).forEach(request::header);
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static ClientKey key(JWK key) {
    return new ClientKey(key, Instant::now, RANDOM);
  }

  private static ClientIdentity secret(String clientId) {
    return ClientIdentity.confidential(clientId, SECRET);
  }

  private static String signed(Map<String, Object> claims) {
    try {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("iat", Instant.now().getEpochSecond());
      all.put("exp", Instant.now().plus(Duration.ofMinutes(5)).getEpochSecond());
      all.put("jti", UUID.randomUUID().toString());
      all.putAll(claims);
      JWSObject jwt =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(platformKey.getKeyID()).build(),
              new Payload(Json.write(all)));
      jwt.sign(new ECDSASigner(platformKey));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String workload() {
    return signed(
        Map.of(
            "iss", "https://platform.example.com",
            "sub", "system:serviceaccount:ci:deployer",
            "aud", server.issuer().toString()));
  }

  private static Presented identity(String subject) {
    return new Presented(
        new GivenOrigin(
            "the test",
            signed(Map.of("iss", "https://corp.example.com", "sub", subject, "aud", "wiki"))),
        TokenType.ID_TOKEN);
  }

  @Test
  void by_the_clients_own_secret_or_key() throws Exception {
    works(new ClientCredentials(), secret("job"));
    works(
        new ClientCredentials(),
        new ClientIdentity(null, "job-post", SECRET, "client_secret_post"));
    works(new ClientCredentials(), ClientIdentity.withKey("job-key", key(clientKey)));
    works(new ClientCredentials(), ClientIdentity.withKey("job-rsa", key(rsaKey)));
  }

  @Test
  void a_wrong_secret_and_a_wrong_key_are_refused_in_the_servers_words() {
    for (ClientIdentity wrong :
        List.of(
            ClientIdentity.confidential("job", "wrong"),
            ClientIdentity.withKey("job-key", key(rsaKey)),
            ClientIdentity.withKey("job-key", key(platformKey)),
            ClientIdentity.confidential("nobody", SECRET))) {
      ClientException e = failure(new ClientCredentials(), wrong);
      assertThat(e.problem()).isEqualTo(Problem.CLIENT_REFUSED);
      assertThat(e).hasMessageContaining("invalid_client").hasMessageNotContaining(SECRET);
    }
  }

  @Test
  void by_what_a_platform_says_of_a_workload_without_client_and_with_one() throws Exception {
    Path file = Files.writeString(home.resolve("token"), workload() + "\n");
    works(new WorkloadIdentity(new FileOrigin(file)), null);
    works(new WorkloadIdentity(new FileOrigin(file)), ClientIdentity.publicClient("runner"));
  }

  @Test
  void by_the_output_of_a_program() throws Exception {
    Path program = home.resolve("give-token");
    Files.writeString(program, "#!/bin/sh\ncat \"$1\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Path file = Files.writeString(home.resolve("made"), workload());
    works(
        new JwtBearer(
            new CommandOrigin(
                List.of(program.toString(), file.toString()),
                System.getenv(),
                CommandOrigin.DEFAULT_LIMIT)),
        null);
  }

  @Test
  void by_an_assertion_of_our_own() throws Exception {
    works(
        new JwtBearer(
            new OwnAssertion(
                key(platformKey),
                "https://platform.example.com",
                "system:serviceaccount:ci:deployer")),
        null);
  }

  @Test
  void a_workload_that_the_server_does_not_know_is_refused_once() {
    TokenOrigin stranger =
        new GivenOrigin(
            "the test",
            signed(
                Map.of(
                    "iss", "https://platform.example.com",
                    "sub", "system:serviceaccount:ci:stranger",
                    "aud", server.issuer().toString())));
    ClientException e = failure(new WorkloadIdentity(stranger), null);
    assertThat(e.problem()).isEqualTo(Problem.REFUSED);
    assertThat(e).hasMessageContaining("invalid_grant");
  }

  @Test
  void by_what_the_identity_provider_says_of_a_person() throws Exception {
    AccessToken token =
        works(
            new IdJag(
                new IdentityProvider(
                    provider.issuer().toString(), ClientIdentity.confidential("wiki", SECRET)),
                identity("alice")),
            secret("wiki-at-clinic"));
    assertThat(token.resource()).isEqualTo(clinic.url());
  }

  @Test
  void a_person_whom_the_identity_provider_does_not_know_gets_nothing() {
    ClientException e =
        failure(
            new IdJag(
                new IdentityProvider(
                    provider.issuer().toString(), ClientIdentity.confidential("wiki", SECRET)),
                identity("mallory")),
            secret("wiki-at-clinic"));
    assertThat(e.problem()).isEqualTo(Problem.LOGIN_REQUIRED);
    assertThat(e).hasMessageContaining(provider.issuer().toString());
  }

  @Test
  void an_id_jag_of_another_client_is_refused_by_the_mcp_servers_authorization_server() {
    ClientException e =
        failure(
            new IdJag(
                new IdentityProvider(
                    provider.issuer().toString(), ClientIdentity.confidential("wiki", SECRET)),
                identity("alice")),
            ClientIdentity.publicClient("runner"));
    assertThat(e).hasMessageContaining("invalid_");
  }

  @Test
  void by_a_token_that_somebody_else_obtained() throws Exception {
    works(
        new TokenExchange(
            new Presented(new GivenOrigin("the test", forAgent()), TokenType.ACCESS_TOKEN), null),
        secret("agent"));
  }

  /** A token for the agent's own MCP server, which no test has to run. */
  private static String forAgent() throws Exception {
    String pair = Base64.getEncoder().encodeToString(("agent:" + SECRET).getBytes(US_ASCII));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(server.issuer().resolve("/token"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header("Authorization", "Basic " + pair)
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "grant_type=client_credentials&resource=" + agent))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return Json.readTree(response.body()).path("access_token").asString();
    }
  }
}
