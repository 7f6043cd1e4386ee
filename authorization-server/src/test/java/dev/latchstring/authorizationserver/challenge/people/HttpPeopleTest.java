package dev.latchstring.authorizationserver.challenge.people;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchstring.authorizationserver.config.AttributeSettings;
import dev.latchstring.authorizationserver.config.PeopleSettings;
import dev.latchstring.authorizationserver.config.ServiceSettings;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HttpPeopleTest {
  private static final byte[] SIGNING_KEY = new byte[32];
  private static final String ANNA =
      "{\"id\":\"17\",\"name\":\"Anna Smith\",\"birthdate\":\"1985-03-03\",\"ssn_last4\":\"4219\","
          + "\"phone_number\":\"+15550100\",\"display_name\":\"Anna\",\"teams\":[\"ward 1\"]}";
  private static final Map<String, String> ANNAS =
      Map.of("name", "anna smith", "birthdate", "1985-03-03");

  private final SecureRandom random = new SecureRandom();
  private final ServerKey key = ServerKey.inMemory(random);
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private PeopleSource people;

  /** What the service answers a question with. */
  private interface Answers {
    void to(JsonNode question, HttpExchange exchange) throws IOException;
  }

  private volatile Answers answers = this::asAClinic;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/people",
        exchange -> {
          try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            seen.add(body);
            requireSigned(exchange, body);
            answers.to(Json.readTree(body), exchange);
          } catch (RuntimeException e) {
            exchange.sendResponseHeaders(500, -1);
          }
        });
    server.start();
    people = open(false);
  }

  private PeopleSource open(boolean compares) {
    return PeopleSources.open(
        new PeopleSettings(
            new PeopleSettings.Http(
                "clinic",
                new ServiceSettings(url("/people"), "t0ken", SIGNING_KEY, List.of()),
                compares),
            AttributeSettings.BUILT_IN),
        null,
        null,
        key,
        Clock.systemUTC(),
        random);
  }

  private URI url(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  @AfterEach
  void stop() {
    end.countDown();
    people.close();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Standard Webhooks 1.0.0, written anew. */
  private static void requireSigned(HttpExchange exchange, String body) {
    var headers = exchange.getRequestHeaders();
    String signed =
        headers.getFirst("webhook-id") + "." + headers.getFirst("webhook-timestamp") + "." + body;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SIGNING_KEY, "HmacSHA256"));
      String expected =
          "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
      if (!expected.equals(headers.getFirst("webhook-signature"))
          || !"Bearer t0ken".equals(headers.getFirst("Authorization"))) {
        throw new IllegalStateException("not signed");
      }
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void asAClinic(JsonNode question, HttpExchange exchange) throws IOException {
    if (question.has("identify")) {
      boolean annas = question.path("identify").path("birthdate").asString().equals("1985-03-03");
      reply(exchange, 200, "{\"people\":[" + (annas ? ANNA : "") + "]}");
    } else if (question.has("find")) {
      boolean annas = question.path("find").asString().equals("17");
      reply(exchange, 200, "{\"people\":[" + (annas ? ANNA : "") + "]}");
    } else {
      JsonNode verify = question.path("verify");
      boolean right =
          verify.path("id").asString().equals("17")
              && verify.path("answers").path("ssn_last4").asString().equals("4219");
      reply(exchange, 200, "{\"id\":\"17\",\"knows\":{\"ssn_last4\":" + right + "}}");
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Test
  void somebody_is_found_again_and_known_by_what_is_on_file() {
    Person anna = people.identify(ANNAS);
    assertThat(anna.subject()).contains("clinic#17");
    assertThat(anna.knows("ssn_last4", "4219")).isTrue();
    assertThat(anna.knows("ssn_last4", "4210")).isFalse();
    Person again = people.find(anna.key());
    assertThat(again.subject()).contains("clinic#17");
    assertThat(again.address(Channel.VOICE)).contains("+15550100");
    assertThat(people.account("clinic#17").orElseThrow().teams()).containsExactly("ward 1");
    assertThat(people.account("clinic#18")).isEmpty();
    assertThat(seen).noneMatch(question -> question.contains("4219"));
  }

  @Test
  void nobody_is_a_decoy_that_asks_the_service_as_often() {
    seen.clear();
    Person anna = people.find(people.identify(ANNAS).key());
    anna.knows("ssn_last4", "4219");
    int known = seen.size();
    seen.clear();
    Person nobody =
        people.find(people.identify(Map.of("name", "no body", "birthdate", "1900-01-01")).key());
    assertThat(nobody.knows("ssn_last4", "4219")).isFalse();
    assertThat(nobody.subject()).isEmpty();
    assertThat(nobody.key()).hasSameSizeAs(anna.key());
    assertThat(seen).hasSize(known);
    assertThat(people.identify(Map.of("name", "wrong", "birthdate", "1985-03-03")).subject())
        .isEmpty();
  }

  @Test
  void a_service_that_compares_is_asked_and_never_says_what_is_on_file() {
    try (PeopleSource comparing = open(true)) {
      answers =
          (question, exchange) -> {
            if (question.has("verify")) {
              asAClinic(question, exchange);
            } else {
              boolean annas =
                  question.toString().contains("17") || question.toString().contains("anna");
              reply(exchange, 200, "{\"people\":[" + (annas ? "{\"id\":17}" : "") + "]}");
            }
          };
      Person anna = comparing.identify(ANNAS);
      assertThat(anna.subject()).contains("clinic#17");
      assertThat(anna.knows("ssn_last4", "4219")).isTrue();
      assertThat(anna.knows("ssn_last4", "4210")).isFalse();
      assertThat(anna.knows("postcode", "4219")).isFalse();

      seen.clear();
      Person nobody = comparing.identify(Map.of("name", "no body"));
      answers = (question, exchange) -> reply(exchange, 200, "{\"knows\":{\"ssn_last4\":true}}");
      assertThat(nobody.knows("ssn_last4", "4219")).isFalse();
      assertThat(seen).hasSize(2);
    }
  }

  @Test
  void a_service_that_is_broken_slow_huge_or_strange_is_unavailable_for_everybody() {
    Person anna = people.identify(ANNAS);
    Map<String, Answers> wrong =
        Map.of(
            "status", (question, exchange) -> reply(exchange, 500, "{\"people\":[]}"),
            "missing", (question, exchange) -> reply(exchange, 404, "{\"people\":[]}"),
            "text", (question, exchange) -> reply(exchange, 200, "nobody"),
            "empty", (question, exchange) -> reply(exchange, 200, ""),
            "array", (question, exchange) -> reply(exchange, 200, "[]"),
            "other", (question, exchange) -> reply(exchange, 200, "{\"persons\":[]}"),
            "anonymous", (question, exchange) -> reply(exchange, 200, "{\"people\":[{}]}"),
            "twice", (question, exchange) -> reply(exchange, 200, "{\"people\":[],\"people\":[]}"),
            "huge",
                (question, exchange) ->
                    reply(exchange, 200, "{\"people\":[]" + " ".repeat(100_000) + "}"),
            "redirect",
                (question, exchange) -> {
                  exchange.getResponseHeaders().add("Location", url("/people").toString());
                  reply(exchange, 307, "");
                });
    wrong.forEach((name, answer) -> {
      answers = answer;
      seen.clear();
      assertUnavailable(() -> people.identify(ANNAS));
      assertThat(seen).as(name).hasSize(1);
      assertUnavailable(() -> people.identify(Map.of("name", "no body")));
      assertUnavailable(() -> people.find(anna.key()));
      assertUnavailable(() -> people.account("clinic#17"));
    });
    answers = this::asAClinic;
    assertThat(people.find(anna.key()).subject()).isPresent();
  }

  @Test
  void a_service_that_does_not_answer_or_trickles_is_given_two_seconds() {
    List<Answers> slow =
        List.of(
            (question, exchange) -> await(),
            (question, exchange) -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write('{');
              exchange.getResponseBody().flush();
              await();
            });
    for (Answers answer : slow) {
      answers = answer;
      long start = System.nanoTime();
      assertUnavailable(() -> people.identify(ANNAS));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertUnavailable(Callable<?> call) {
    assertThatThrownBy(call::call)
        .isInstanceOfSatisfying(
            OAuthException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
              assertThat(e.detail() + e.description())
                  .doesNotContainPattern("(?<!\\d)1985(?!\\d)")
                  .doesNotContain("anna");
            });
  }
}
