package dev.latchstring.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.Json;
import dev.latchstring.testing.Postgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code latch serve} is killed in the middle of its work: what it had answered still holds. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class KilledServerTest {
  private static final String RESOURCE = "http://localhost:9100/mcp";
  private static final int LOGINS = 4;
  private static final int REFRESHES_BEFORE_THE_KILL = 40;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private ServeProcess serve;

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void what_was_answered_before_the_kill_holds_after_it(String database) throws Exception {
    serve =
        ServeProcess.start(
            folder,
            RESOURCE,
            database.equals("SQLite") ? "" : "database: { url: " + Postgres.newDatabase() + " }");
    try (ServeProcess running = serve;
        ExecutorService workers = Executors.newFixedThreadPool(LOGINS)) {
      String clientId = register();
      List<JsonNode> logins = new ArrayList<>();
      for (int i = 0; i < LOGINS; i++) {
        JsonNode prompt = begin(clientId);
        Person.approves(running.issuer(), prompt);
        logins.add(redeem(clientId, prompt));
      }
      JsonNode pending = begin(clientId);

      CountDownLatch busy = new CountDownLatch(REFRESHES_BEFORE_THE_KILL);
      List<Future<String>> lastAnswered = new ArrayList<>();
      for (JsonNode login : logins) {
        String first = login.path("refresh_token").asString();
        lastAnswered.add(workers.submit(() -> refreshUntilItIsGone(clientId, first, busy)));
      }
      assertThat(busy.await(120, TimeUnit.SECONDS)).isTrue();
      running.killAndRestart();

      for (Future<String> last : lastAnswered) {
        JsonNode tokens = refresh(clientId, last.get());
        assertThat(tokens.path("access_token").asString()).as(tokens.toString()).isNotEmpty();
      }
      SignedJWT before = SignedJWT.parse(logins.getFirst().path("access_token").asString());
      assertThat(JWKSet.parse(get("/jwks")).getKeyByKeyId(before.getHeader().getKeyID()))
          .as("the key that signed before the kill is still published")
          .isNotNull();
      Person.approves(running.issuer(), pending);
      assertThat(redeem(clientId, pending).path("refresh_token").asString()).isNotEmpty();
      assertThat(running.log()).doesNotContain("\tat ");
    }
  }

  /** Refreshes again and again; the last refresh token that the server handed out. */
  private String refreshUntilItIsGone(String clientId, String first, CountDownLatch busy)
      throws InterruptedException {
    String last = first;
    while (true) {
      try {
        last = refresh(clientId, last).path("refresh_token").asString();
        busy.countDown();
      } catch (IOException e) {
        return last;
      }
    }
  }

  private String register() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(serve.issuer().resolve("/register"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"client_name":"survivor","token_endpoint_auth_method":"none","grant_types":\
                    ["urn:ietf:params:oauth:grant-type:device_code","refresh_token"]}\
                    """))
            .build();
    return send(request).path("client_id").asString();
  }

  private JsonNode begin(String clientId) throws Exception {
    return post("/device_authorization", "client_id", clientId, "resource", RESOURCE);
  }

  private JsonNode redeem(String clientId, JsonNode prompt) throws Exception {
    return post(
        "/token",
        "grant_type",
        "urn:ietf:params:oauth:grant-type:device_code",
        "client_id",
        clientId,
        "device_code",
        prompt.path("device_code").asString());
  }

  private JsonNode refresh(String clientId, String token) throws IOException, InterruptedException {
    return post(
        "/token", "grant_type", "refresh_token", "client_id", clientId, "refresh_token", token);
  }

  private JsonNode post(String path, String... namesAndValues)
      throws IOException, InterruptedException {
    Map<String, String> form = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return send(
        HttpRequest.newBuilder(serve.issuer().resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(FormParameters.encode(form)))
            .build());
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
    return Json.readTree(response.body());
  }

  private String get(String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(serve.issuer().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
