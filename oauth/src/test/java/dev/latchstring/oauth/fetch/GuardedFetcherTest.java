package dev.latchstring.oauth.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedFetcherTest {
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private volatile String acceptEncoding;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/ok", exchange -> answer(exchange, 200, "{\"a\":1}"));
    server.createContext("/huge", exchange -> answer(exchange, 200, "x".repeat(300_000)));
    server.createContext(
        "/redirect",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/ok");
          answer(exchange, 302, "");
        });
    server.createContext("/tagged", this::tagged);
    server.createContext("/packed", this::packed);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_document_on_loopback_is_fetched_where_loopback_is_allowed() throws IOException {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      GuardedFetcher.Document document = fetcher.get(uri("/ok"), "application/json");
      assertThat(new String(document.body(), UTF_8)).isEqualTo("{\"a\":1}");
      assertThat(document.headers()).containsEntry("content-type", "application/json");
    }
  }

  @Test
  void loopback_is_not_reached_by_default_under_any_name() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_ONLY)) {
      String port = ":" + server.getAddress().getPort() + "/ok";
      for (String host :
          new String[] {
            "https://localhost", "https://127.0.0.1", "https://[::1]", "https://2130706433"
          }) {
        assertThatThrownBy(() -> fetcher.get(URI.create(host + port), "*/*"))
            .as(host)
            .isInstanceOf(IOException.class);
      }
      assertThat(requests).hasValue(0);
    }
  }

  @Test
  void a_redirect_is_not_followed() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThatThrownBy(() -> fetcher.get(uri("/redirect"), "*/*")).hasMessageContaining("302");
      assertThat(requests).hasValue(1);
    }
  }

  @Test
  void more_than_the_limit_is_not_read() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThatThrownBy(() -> fetcher.get(uri("/huge"), "*/*")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_caller_may_want_less_than_the_limit() throws IOException {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThat(fetcher.get(uri("/ok"), "*/*", 7, null))
          .isInstanceOf(GuardedFetcher.Document.class);
      assertThatThrownBy(() -> fetcher.get(uri("/ok"), "*/*", 6, null))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_document_that_is_known_is_not_sent_again() throws IOException {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      GuardedFetcher.Answer first = fetcher.get(uri("/tagged"), "*/*", 100, null);
      String tag = first.headers().get("etag");

      assertThat(first).isInstanceOf(GuardedFetcher.Document.class);
      assertThat(fetcher.get(uri("/tagged"), "*/*", 100, tag))
          .isInstanceOf(GuardedFetcher.Unchanged.class);
      assertThat(fetcher.get(uri("/tagged"), "*/*", 100, "\"other\""))
          .isInstanceOf(GuardedFetcher.Document.class);
    }
  }

  @Test
  void a_host_cannot_say_unchanged_to_who_knows_nothing() {
    server.createContext("/unchanged", exchange -> answer(exchange, 304, ""));
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThatThrownBy(() -> fetcher.get(uri("/unchanged"), "*/*", 100, null))
          .isInstanceOf(FetchStatusException.class);
      assertThatThrownBy(() -> fetcher.get(uri("/unchanged"), "*/*"))
          .isInstanceOf(FetchStatusException.class);
    }
  }

  @Test
  void nothing_packed_is_asked_for_and_nothing_is_unpacked() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      assertThatThrownBy(() -> fetcher.get(uri("/packed"), "*/*"))
          .hasMessageContaining("content encoding");
      assertThat(acceptEncoding).isNull();
    }
  }

  @Test
  void only_https_is_fetched_outside_loopback() {
    try (GuardedFetcher fetcher = GuardedFetcher.start(AddressPolicy.PUBLIC_AND_LOOPBACK)) {
      for (String address :
          new String[] {
            "http://example.com/x", "file:///etc/passwd", "https://u:p@localhost/", "data:x"
          }) {
        assertThatThrownBy(() -> fetcher.get(URI.create(address), "*/*"))
            .as(address)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "2001::1",
        "192.0.2.1"
      })
  void special_addresses_are_not_public(String address) throws IOException {
    assertThat(AddressPolicy.PUBLIC_ONLY.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"})
  void addresses_of_the_internet_are(String address) throws IOException {
    assertThat(AddressPolicy.PUBLIC_ONLY.allows(InetAddress.getByName(address))).isTrue();
  }

  private void tagged(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("ETag", "\"v1\"");
    boolean known = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
    answer(exchange, known ? 304 : 200, known ? "" : "{}");
  }

  /** A megabyte of zeros in a kilobyte. */
  private void packed(HttpExchange exchange) throws IOException {
    acceptEncoding = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[1 << 20]);
    }
    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, packed.size());
    exchange.getResponseBody().write(packed.toByteArray());
    exchange.close();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    requests.incrementAndGet();
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }
}
