package dev.latchstring.authorizationserver.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.authorizationserver.config.TrustedProxies;
import dev.latchstring.authorizationserver.trace.Traces;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Exchange#answerLater}, over HTTP. */
class AnswerLaterTest {
  private final HttpServer server = HttpServer.bind("localhost", 0, null);
  private final HttpClient http = HttpClient.newHttpClient();

  /** What each request of /later waits for. */
  private final BlockingQueue<CompletableFuture<String>> waited = new LinkedBlockingQueue<>();

  /** The one thread that makes all answers of /long. */
  private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();

  private final AtomicInteger longAnswers = new AtomicInteger();

  @BeforeEach
  void start() {
    Routes routes =
        new Routes("", new ClientAddress(TrustedProxies.NONE), Traces.off(Clock.systemUTC()));
    routes.get(
        "/later",
        exchange -> {
          CompletableFuture<String> value = new CompletableFuture<>();
          waited.add(value);
          exchange.answerLater(
              value.thenApply(String::toLowerCase),
              text -> {
                if (text.equals("error")) {
                  throw new StackOverflowError();
                }
                exchange.answer(Map.of("value", text));
              });
        });
    routes.get(
        "/long",
        exchange -> {
          CompletableFuture<String> value = new CompletableFuture<>();
          answers.schedule(() -> value.complete("x".repeat(6000)), 3, TimeUnit.MILLISECONDS);
          exchange.answerLater(
              value,
              text -> {
                longAnswers.incrementAndGet();
                exchange.answer(Map.of("value", text));
              });
        });
    routes.get(
        "/there",
        exchange ->
            exchange.answerLater(
                CompletableFuture.completedStage("at once"),
                text -> exchange.answer(Map.of("value", text))));
    server.start(routes);
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop();
    answers.close();
  }

  private CompletableFuture<HttpResponse<String>> ask(String path) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path)).build(),
        BodyHandlers.ofString());
  }

  private CompletableFuture<String> next() throws InterruptedException {
    return waited.poll(120, TimeUnit.SECONDS);
  }

  @Test
  void what_comes_later_is_answered() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = ask("/later");
    next().complete("HERE");
    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(answer.get().body()).isEqualTo("{\"value\":\"here\"}");
    assertThat(answer.get().headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(ask("/there").get().body()).isEqualTo("{\"value\":\"at once\"}");
  }

  @Test
  void a_refusal_that_comes_later_is_the_answer() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = ask("/later");
    next().completeExceptionally(new OAuthException(ErrorCode.TEMPORARILY_UNAVAILABLE, "busy"));
    assertThat(answer.get().statusCode()).isEqualTo(503);
    assertThat(answer.get().body()).contains("temporarily_unavailable").contains("busy");
    assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void a_fault_that_comes_later_tells_nothing_of_itself() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = ask("/later");
    next().completeExceptionally(new IllegalStateException("inside"));
    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(answer.get().body()).contains("server_error").doesNotContain("inside");

    answer = ask("/later");
    next().complete(null); // the first step with it fails
    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(answer.get().body()).contains("server_error").doesNotContain("null");
  }

  @Test
  void an_error_of_the_answer_itself_is_one_too() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = ask("/later");
    next().complete("error");
    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(answer.get().body()).contains("server_error");
  }

  @Test
  void more_of_them_than_threads_hold_up_nobody() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      answers.add(ask("/later"));
    }
    List<CompletableFuture<String>> values = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      values.add(next());
    }
    assertThat(ask("/there").get(120, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    values.forEach(value -> value.complete("DONE"));
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(120, TimeUnit.SECONDS).body()).isEqualTo("{\"value\":\"done\"}");
    }
  }

  @Test
  void who_does_not_read_their_answers_holds_up_nobody_elses() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("localhost", server.port()));
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 20_000; i++) {
                    socket
                        .getOutputStream()
                        .write(
                            "GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
                  }
                } catch (IOException e) {
                  // The server reads no more, or the test is over.
                }
              });
      for (int before = -1; before < longAnswers.get(); ) {
        before = longAnswers.get();
        Thread.sleep(1000);
      }
      // Such a connection is ended after 30 seconds, and whoever was held up goes on.
      assertThat(ask("/long").get(25, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      socket.close();
      sender.join();
    }
  }

  @Test
  void who_does_not_wait_for_it_disturbs_nobody() throws Exception {
    try (Socket socket = new Socket("localhost", server.port())) {
      socket
          .getOutputStream()
          .write("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      CompletableFuture<String> value = next();
      socket.setSoLinger(true, 0); // breaks the connection
      socket.close();
      value.complete("nobody");
    }
    what_comes_later_is_answered();
  }

  @Test
  void a_server_that_stops_answers_what_is_waited_for() throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer = ask("/later");
    CompletableFuture<String> value = next();
    Thread stopping = Thread.ofVirtual().start(server::stop);
    Thread.sleep(200);
    assertThat(stopping.isAlive()).isTrue();
    value.complete("HERE");
    assertThat(answer.join().statusCode()).isEqualTo(200);
    stopping.join();
  }
}
