package dev.latchstring.examples.github;

import dev.latchstring.mcpserver.kit.Access;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests to the API, as the person whose login a call has. */
final class ApiClient {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ApiClient() {}

  /** What the API answered. */
  record Answer(int status, String json) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  static Answer get(Access access, String path) {
    return send(access, request(access, path).GET());
  }

  static Answer post(Access access, String path, String json) {
    return send(
        access,
        request(access, path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  static Answer put(Access access, String path) {
    return send(access, request(access, path).PUT(BodyPublishers.noBody()));
  }

  private static HttpRequest.Builder request(Access access, String path) {
    return HttpRequest.newBuilder(URI.create(access.api() + path)).timeout(PATIENCE);
  }

  /** {@link Access#http} adds the token, and logs in again or for more where the API wants that. */
  private static Answer send(Access access, HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = access.http().send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new Answer(503, "the API cannot be reached");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(503, "the server is stopping");
    }
  }
}
