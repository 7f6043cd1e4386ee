package dev.latchstring.client.call;

import dev.latchstring.client.Account;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.Protected;
import dev.latchstring.client.TestServer.Answer;
import dev.latchstring.client.TestServer.Request;
import dev.latchstring.client.store.MemoryTokenStore;
import dev.latchstring.oauth.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API at {@code /mcp} that takes the tokens of its authorization server, each with the scope
 * that was asked for; and an application that calls it.
 */
final class ProtectedApi implements AutoCloseable {
  final Protected clinic = new Protected();
  final RunningClock clock = new RunningClock();
  final LatchClient latch = LatchClient.using(new MemoryTokenStore()).clock(clock).build();
  final Account account = latch.account(clinic.server.uri("/mcp"));

  /** Who is logged in how often. */
  final AtomicInteger logins = new AtomicInteger();

  /** What the server gives and still accepts: the token and its scope. */
  final Map<String, String> accepted = new ConcurrentHashMap<>();

  /** The scope that a path wants beyond a token. */
  final Map<String, String> wanted = new ConcurrentHashMap<>();

  private final AtomicInteger issued = new AtomicInteger();
  private volatile String asked = "";

  ProtectedApi() {
    clinic.server.on("/mcp", this::answer);
    clinic.server.on("/mcp/write", this::answer);
    clinic.server.on(
        "/device",
        request -> {
          String scope = request.form().optional("scope");
          asked = scope == null ? "" : scope;
          return Answer.json(200, clinic.device());
        });
    clinic.server.on(
        "/token",
        request -> {
          boolean refresh = request.form().required("grant_type").equals("refresh_token");
          if (refresh) {
            return clinic.onRefresh.handle(request);
          }
          return token(asked);
        });
    clinic.onRefresh = request -> token(asked);
  }

  /** A new token, which counts. */
  Answer token(String scope) {
    int number = issued.incrementAndGet();
    accepted.put("access-" + number, scope);
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("access_token", "access-" + number);
    tokens.put("token_type", "bearer");
    tokens.put("expires_in", 600);
    tokens.put("refresh_token", "refresh-" + number);
    tokens.put("scope", scope);
    return Answer.json(200, tokens);
  }

  private Answer answer(Request request) {
    String authorization = request.header("Authorization");
    String token =
        authorization == null || !authorization.startsWith("Bearer ")
            ? ""
            : authorization.substring(7);
    String scope = accepted.get(token);
    String metadata =
        "resource_metadata=\""
            + clinic.server.origin()
            + "/.well-known/oauth-protected-resource/mcp\"";
    if (scope == null) {
      return Answer.json(401, Map.of("error", "who are you"))
          .with("WWW-Authenticate", "Bearer " + metadata);
    }
    String more = wanted.get(request.path());
    if (more != null && !Set.of(scope.split(" ", -1)).contains(more)) {
      return Answer.json(403, Map.of("error", "not enough"))
          .with(
              "WWW-Authenticate",
              "Bearer error=\"insufficient_scope\", scope=\"" + more + "\", " + metadata);
    }
    return Answer.json(200, Json.write(Map.of("said", request.body(), "token", token)));
  }

  /** Logs in with a code, which the person approves at once. */
  InteractiveLogin person() {
    InteractiveLogin byCode = InteractiveLogin.showing(code -> {}, approval -> true);
    return (account, wantedThen) -> {
      logins.incrementAndGet();
      byCode.logIn(account, wantedThen);
    };
  }

  /** A client of an application with somebody before it. */
  AuthorizedHttpClient http() {
    return AuthorizedHttpClient.of(account).login(person()).client(plain()).clock(clock).build();
  }

  static HttpClient plain() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)).build();
  }

  URI uri(String path) {
    return clinic.server.uri(path);
  }

  HttpResponse<String> send(HttpClient http, String path) throws IOException, InterruptedException {
    return http.send(post(path, "hello"), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    latch.close();
    clinic.close();
  }

  /** A clock that goes on by itself, for logins wait by it, and that a test moves besides. */
  static final class RunningClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration time) {
      ahead = ahead.plus(time);
    }

    @Override
    public Instant instant() {
      return Clock.systemUTC().instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
