package dev.latchstring.oauth.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names whose addresses an attacker chooses, and changes. */
class ReboundNameTest {
  /** Answers each resolution with the next addresses; the last stay. */
  private static final class Names implements SocketAddressResolver {
    private final List<List<String>> answers;
    private final AtomicInteger asked = new AtomicInteger();

    Names(List<List<String>> answers) {
      this.answers = answers;
    }

    @Override
    public void resolve(
        String host,
        int port,
        Map<String, Object> context,
        Promise<List<InetSocketAddress>> promise) {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (String each : answers.get(Math.min(asked.getAndIncrement(), answers.size() - 1))) {
        addresses.add(new InetSocketAddress(address(each), port));
      }
      promise.succeeded(addresses);
    }

    private static InetAddress address(String literal) {
      try {
        return InetAddress.getByName(literal);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static GuardedFetcher fetcher(AddressPolicy policy, Names names) {
    QueuedThreadPool threads = new QueuedThreadPool(4, 1);
    threads.setDaemon(true);
    return GuardedFetcher.start(
        policy, OwnNetwork.NONE, threads, new ScheduledExecutorScheduler("test", true), names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::ffff:127.0.0.1", "::1"})
  void a_name_that_resolves_to_this_machine_is_not_connected_to(String address) throws Exception {
    try (ServerSocket inside = new ServerSocket(0);
        GuardedFetcher fetcher =
            fetcher(AddressPolicy.PUBLIC_ONLY, new Names(List.of(List.of(address))))) {
      URI uri = URI.create("https://client.example:" + inside.getLocalPort() + "/c");
      assertThatThrownBy(() -> fetcher.get(uri, "*/*")).isInstanceOf(IOException.class);
      nobodyConnects(inside);
    }
  }

  /** What is left out cannot be what takes long: nobody answers there. */
  @Test
  void of_several_addresses_only_those_that_are_allowed_are_tried() throws Exception {
    Names names = new Names(List.of(List.of("10.0.0.1", "192.168.0.1", "127.0.0.1")));
    HttpServer server = server();
    try (GuardedFetcher fetcher = fetcher(AddressPolicy.PUBLIC_AND_LOOPBACK, names)) {
      long begin = System.nanoTime();
      assertThat(fetcher.get(uri(server), "*/*").body()).isEmpty();
      assertThat(System.nanoTime() - begin)
          .isLessThan(Duration.ofSeconds(GuardedFetcher.MAX_SECONDS - 1).toNanos());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_name_that_turns_inward_is_looked_at_each_time() throws Exception {
    Names names = new Names(List.of(List.of("127.0.0.1"), List.of("169.254.169.254")));
    HttpServer server = server();
    try (GuardedFetcher fetcher = fetcher(AddressPolicy.PUBLIC_AND_LOOPBACK, names)) {
      assertThat(fetcher.get(uri(server), "*/*").body()).isEmpty();
      assertThatThrownBy(() -> fetcher.get(uri(server), "*/*"))
          .hasRootCauseMessage("the host's address is not allowed");
      assertThat(names.asked).hasValue(2);
    } finally {
      server.stop(0);
    }
  }

  /** A server that ends each connection, so that each fetch resolves the name. */
  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Connection", "close");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/c");
  }

  private static void nobodyConnects(ServerSocket inside) throws IOException {
    inside.setSoTimeout(100);
    assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
  }
}
