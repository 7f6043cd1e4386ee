package dev.latchstring.examples.mediator;

import dev.latchstring.client.AccessToken;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The API behind this server, as its client sees it: {@code GET} of a person's points with a token
 * that is bound to a key (RFC 9449). Of what it answers, what is meant for the model is taken and
 * nothing else.
 */
final class PointsApi implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_BODY = 64 * 1024;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI address;

  PointsApi(URI address) {
    this.address = address;
  }

  /** What it answered. */
  sealed interface Reply {
    record Points(long balance, String tier) implements Reply {}

    /** 401: the token is no good here (any more). */
    record TokenRefused() implements Reply {}

    /** 401 or 403 that names what is missing (RFC 9470, RFC 6750 §3.1). */
    record MoreNeeded(List<Challenge> challenges) implements Reply {}

    record Failed(String why) implements Reply {}
  }

  /** The points of the person that the token is about. */
  Reply points(AccessToken token) throws InterruptedException {
    try {
      HttpResponse<InputStream> response = get(token, null);
      String nonce = response.headers().firstValue("DPoP-Nonce").orElse(null);
      if (response.statusCode() == 401 && nonce != null) {
        response.body().close();
        response = get(token, nonce);
      }
      try (InputStream body = response.body()) {
        return reply(response, body.readNBytes(MAX_BODY));
      }
    } catch (IOException e) {
      return new Reply.Failed("the points service cannot be reached now; try again later");
    }
  }

  private HttpResponse<InputStream> get(AccessToken token, @Nullable String nonce)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
    token.headers("GET", address, nonce).forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static Reply reply(HttpResponse<InputStream> response, byte[] body) {
    return switch (response.statusCode()) {
      case 200 -> points(body);
      case 401, 403 -> refusal(response);
      default -> new Reply.Failed("the points service answered " + response.statusCode());
    };
  }

  private static Reply refusal(HttpResponse<InputStream> response) {
    List<Challenge> challenges = Challenge.parse(response.headers().allValues("WWW-Authenticate"));
    boolean more =
        challenges.stream()
            .map(Challenge::error)
            .anyMatch(error ->
                "insufficient_scope".equals(error)
                    || "insufficient_user_authentication".equals(error));
    if (more) {
      return new Reply.MoreNeeded(challenges);
    }
    return response.statusCode() == 401
        ? new Reply.TokenRefused()
        : new Reply.Failed("the points service does not let this person see them");
  }

  private static Reply points(byte[] body) {
    try {
      JsonNode json = Json.readTree(body);
      JsonNode balance = json.path("balance");
      String tier = json.path("tier").asString("");
      if (balance.isIntegralNumber() && tier.matches("[a-z]{1,20}")) {
        return new Reply.Points(balance.longValue(), tier);
      }
    } catch (JsonException e) {
      // Said below.
    }
    return new Reply.Failed("the points service answered something else than points");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
