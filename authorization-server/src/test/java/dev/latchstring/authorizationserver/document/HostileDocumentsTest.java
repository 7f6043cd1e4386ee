package dev.latchstring.authorizationserver.document;

import static dev.latchstring.authorizationserver.RunningServer.CLINIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What strangers do with a server that fetches what they name. */
class HostileDocumentsTest {
  private static DocumentHost host;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    host = DocumentHost.start();
    server = RunningServer.start("accounts: []\n");
  }

  @AfterAll
  static void stop() {
    server.close();
    host.close();
  }

  private static Answer ask(RunningServer server, String clientId, String... headers) {
    return server.postRaw(
        "/device_authorization",
        dev.latchstring.oauth.FormParameters.encode(
            RunningServer.form("client_id", clientId, "resource", CLINIC)),
        headers);
  }

  private static void notFetched(String clientId) {
    Answer answer = ask(server, clientId);
    assertThat(answer.outcome()).isEqualTo("401 invalid_client");
    // The same, whatever it was: the answer must not tell what there is.
    assertThat(answer.text("error_description"))
        .isEqualTo("the client's metadata document cannot be fetched");
  }

  @Test
  void a_redirect_is_not_followed() {
    String target = host.client("/target", "");
    host.place("/moved", exchange -> DocumentHost.answer(exchange, 302, "", "Location", target));
    host.place(
        "/inside",
        exchange ->
            DocumentHost.answer(
                exchange, 307, "", "Location", "http://169.254.169.254/latest/meta-data/"));

    notFetched(host.at("/moved"));
    notFetched(host.at("/inside"));
    assertThat(host.requests("/target")).isZero();
  }

  @Test
  void more_than_five_kilobytes_are_not_read() {
    int frame = DocumentHost.document(host.at("/size-x"), "\"invented\": \"\"").length();
    String fits = host.client("/size-1", "\"invented\": \"" + "x".repeat(5120 - frame) + "\"");
    String over = host.client("/size-2", "\"invented\": \"" + "x".repeat(5121 - frame) + "\"");
    assertThat(ask(server, fits).outcome()).isEqualTo("200");
    notFetched(over);
  }

  @Test
  void an_answer_without_end_is_cut_off() {
    host.place(
        "/endless",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          byte[] much = " ".repeat(8192).getBytes(UTF_8);
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(much);
          }
        });
    notFetched(host.at("/endless"));
  }

  @Test
  void an_answer_that_trickles_is_given_up() {
    host.place("/trickle", HostileDocumentsTest::trickle);
    long begin = System.nanoTime();
    notFetched(host.at("/trickle"));
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(45);
  }

  private static void trickle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    CountDownLatch never = new CountDownLatch(1);
    try {
      OutputStream body = exchange.getResponseBody();
      for (int i = 0; i < 1000; i++) {
        body.write(' ');
        body.flush();
        if (never.await(50, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void nothing_is_unpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[1 << 20]);
    }
    assertThat(packed.size()).isLessThan(5120);
    host.place(
        "/bomb",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.size());
          exchange.getResponseBody().write(packed.toByteArray());
        });
    notFetched(host.at("/bomb"));
  }

  @Test
  void addresses_inside_a_network_are_no_clients_and_nobody_connects_to_them() throws Exception {
    String machine = InetAddress.getLocalHost().getHostName();
    try (ServerSocket inside = new ServerSocket(0);
        RunningServer open =
            RunningServer.start("issuer: https://auth.example.com\naccounts: []\n")) {
      inside.setSoTimeout(100);
      int port = inside.getLocalPort();
      List<String> addresses = new ArrayList<>();
      for (String name :
          new String[] {
            "localhost",
            "LocalHost",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0.0.0.0",
            "10.0.0.1",
            "169.254.169.254",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[fe80::1]",
            "localhost.",
            "localhost.localdomain",
            "ip6-localhost",
            machine
          }) {
        addresses.add("https://" + name + ":" + port + "/client.json");
        addresses.add("http://" + name + ":" + port + "/client.json");
      }

      for (String address : addresses) {
        assertThat(ask(open, address).outcome()).as(address).isEqualTo("401 invalid_client");
      }
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void a_server_on_loopback_still_fetches_nothing_from_a_private_network() {
    for (String address :
        new String[] {
          "https://10.0.0.1/c", "http://10.0.0.1/c", "http://192.168.1.1/c", "http://[fe80::1]/c"
        }) {
      assertThat(ask(server, address).outcome()).as(address).isEqualTo("401 invalid_client");
    }
  }

  @Test
  void one_address_names_so_many_unknown_clients_and_then_waits() {
    try (RunningServer open =
        RunningServer.start(
            "issuer: https://auth.example.com\ntrusted_proxies: [127.0.0.1]\naccounts: []\n")) {
      String[] one = {"X-Forwarded-For", "203.0.113.9"};
      for (int i = 0; i < 60; i++) {
        assertThat(ask(open, "https://client.invalid/" + i, one).outcome())
            .isEqualTo("401 invalid_client");
      }
      assertThat(ask(open, "https://client.invalid/60", one).outcome())
          .isEqualTo("503 temporarily_unavailable");
      assertThat(
              ask(open, "https://client.invalid/60", "X-Forwarded-For", "203.0.113.10").outcome())
          .isEqualTo("401 invalid_client");
    }
  }

  @Test
  void one_host_is_asked_so_often_a_minute() {
    try (DocumentHost victim = DocumentHost.start();
        RunningServer fresh = RunningServer.start("accounts: []\n")) {
      for (int i = 0; i < FetchLimits.PER_HOST; i++) {
        assertThat(ask(fresh, victim.at("/" + i)).outcome()).isEqualTo("401 invalid_client");
      }
      assertThat(ask(fresh, victim.at("/more")).outcome()).isEqualTo("503 temporarily_unavailable");
      assertThat(victim.requests()).isEqualTo(FetchLimits.PER_HOST);

      fresh.clock().advance(java.time.Duration.ofMinutes(1));
      assertThat(ask(fresh, victim.at("/more")).outcome()).isEqualTo("401 invalid_client");
    }
  }

  @Test
  void slow_hosts_take_only_so_many_threads() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    int excess = 8;
    for (int i = 0; i < FetchLimits.WAITING + excess; i++) {
      String path = "/slow" + i;
      host.place(
          path,
          exchange -> {
            await(release);
            DocumentHost.answer(exchange, 200, DocumentHost.document(host.at(path), ""));
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<String> outcomes = new ExecutorCompletionService<>(threads);
      for (int i = 0; i < FetchLimits.WAITING + excess; i++) {
        String client = host.at("/slow" + i);
        var unused = outcomes.submit(() -> ask(server, client).outcome());
      }
      for (int i = 0; i < excess; i++) {
        assertThat(outcomes.take().get()).isEqualTo("503 temporarily_unavailable");
      }
      release.countDown();
      for (int i = 0; i < FetchLimits.WAITING; i++) {
        assertThat(outcomes.take().get()).isEqualTo("200");
      }
    }
  }

  /** All of them wait for the same set, which only one fetches. */
  @Test
  void a_slow_key_set_takes_only_so_many_threads() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    host.place(
        "/slow-keys",
        exchange -> {
          await(release);
          DocumentHost.answer(exchange, 404, "{}");
        });
    String client =
        host.client(
            "/slow-keyed",
            "\"token_endpoint_auth_method\": \"private_key_jwt\", \"jwks_uri\": \""
                + host.at("/slow-keys")
                + "\"");
    assertThat(ask(server, client).outcome()).isEqualTo("401 invalid_client");
    int most = 48;
    int excess = 8;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<String> outcomes = new ExecutorCompletionService<>(threads);
      for (int i = 0; i < most + excess; i++) {
        var unused = outcomes.submit(() -> assertion(client).outcome());
      }
      for (int i = 0; i < excess; i++) {
        assertThat(outcomes.take().get()).isEqualTo("401 invalid_client");
      }
      assertThat(outcomes.poll()).isNull();
      release.countDown();
      for (int i = 0; i < most; i++) {
        assertThat(outcomes.take().get()).isEqualTo("401 invalid_client");
      }
    }
  }

  private static Answer assertion(String client) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String header = base64.encodeToString("{\"alg\":\"ES256\"}".getBytes(UTF_8));
    String claims =
        base64.encodeToString(
            ("{\"iss\":\"" + client + "\",\"sub\":\"" + client + "\"}").getBytes(UTF_8));
    return server.post(
        "/device_authorization",
        "resource",
        CLINIC,
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion",
        header + "." + claims + "." + base64.encodeToString(new byte[64]));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
