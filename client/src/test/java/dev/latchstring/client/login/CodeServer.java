package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestClock;
import dev.latchstring.client.TestServer;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.discovery.McpDiscovery;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.FormParameters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server with logins in a browser, and one login at it that a test plays the browser of. */
final class CodeServer implements AutoCloseable {
  final Protected clinic = new Protected();
  final TestClock clock = new TestClock();
  final MemoryTokenStore store = new MemoryTokenStore();
  final Http http = new Http(Duration.ofSeconds(20));
  LoginOptions options = LoginOptions.DEFAULT;
  ClientIdentity configured;
  Surroundings surroundings = Surroundings.UNKNOWN;
  private final HttpClient browser = HttpClient.newHttpClient();

  CodeServer() {
    clinic.metadata.put("authorization_endpoint", clinic.server.origin() + "/authorize");
    clinic.metadata.put("code_challenge_methods_supported", List.of("S256"));
    clinic.server.on("/token", CodeServer::tokens);
  }

  static Answer tokens(TestServer.Request request) {
    boolean proven = request.header("Dpop") != null;
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", proven ? "bound-0" : "access-0");
    tokens.put("token_type", proven ? "DPoP" : "Bearer");
    tokens.put("expires_in", 600);
    tokens.put("refresh_token", "refresh-0");
    return Answer.json(200, tokens);
  }

  Discovered discovered() {
    return (Discovered) new McpDiscovery(http).discover(clinic.server.uri("/mcp"));
  }

  CodeLogin login() {
    return new CodeLogin(
        LoginContexts.of(discovered(), configured, store, http, clock, surroundings, options));
  }

  /** Begins one, up to where its address is shown. */
  Running start() throws Exception {
    Running running = new Running(login());
    running.begin();
    return running;
  }

  /** The answer of the authorization server, in the browser. */
  String come(URI back) throws IOException, InterruptedException {
    return visit(back).body();
  }

  HttpResponse<String> visit(URI place) throws IOException, InterruptedException {
    return browser.send(
        HttpRequest.newBuilder(place).timeout(Duration.ofSeconds(20)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    browser.close();
    http.close();
    clinic.close();
  }

  /** A login that waits for its browser. */
  final class Running {
    final CodeLogin login;
    final BlockingQueue<BrowserAddress> shown = new LinkedBlockingQueue<>();
    private CompletableFuture<LoginOutcome> outcome = new CompletableFuture<>();
    BrowserAddress address;
    FormParameters asked;

    private Running(CodeLogin login) {
      this.login = login;
    }

    private void begin() throws Exception {
      outcome =
          CompletableFuture.supplyAsync(() ->
              login.run(
                  new LoginPrompt() {
                    @Override
                    public void show(DeviceCode code) {
                      throw new IllegalStateException("no code here");
                    }

                    @Override
                    public void show(BrowserAddress place) {
                      shown.add(place);
                    }
                  }));
      while (address == null && !outcome.isDone()) {
        address = shown.poll(50, TimeUnit.MILLISECONDS);
      }
      if (address == null) {
        LoginOutcome early = outcome(); // or its fault
        throw new IllegalStateException("ended early: " + early);
      }
      asked = FormParameters.parse(address.address().getRawQuery());
    }

    String state() {
      return asked.required("state");
    }

    /** The address that the browser comes back to with these parameters. */
    URI back(String... pairs) {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        parameters.put(pairs[i], pairs[i + 1]);
      }
      return URI.create(FormParameters.appended(address.redirectUri().toString(), parameters));
    }

    URI answered(String code) {
      return back("code", code, "state", state());
    }

    boolean isOver() {
      return outcome.isDone();
    }

    LoginOutcome outcome() throws Exception {
      try {
        return outcome.get(120, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        }
        throw e;
      }
    }
  }
}
